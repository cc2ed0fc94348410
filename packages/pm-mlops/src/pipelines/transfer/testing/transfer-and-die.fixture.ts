import { join } from 'node:path';
import { createMlflowClient } from '../../../mlflow/client.ts';
import { createEmbeddedFetch } from '../../../mlflow/embedded/index.ts';
import { serverSource, transferRuns } from '../index.ts';

/** Copies one embedded store into another and kills itself in the middle of the given request to the target. */
const [from, to, last] = process.argv.slice(2);
let requests = 0;

const open = (folder: string, onRequest: () => void) => {
  const fetch = createEmbeddedFetch({
    databaseFile: join(folder, 'mlflow.db'),
    artifactDirectory: join(folder, 'mlartifacts'),
  });
  // Without the store's handler: calls would go to that and not be counted.
  const counted: typeof globalThis.fetch = (...args) => {
    const answer = fetch(...args);
    onRequest();
    return answer;
  };
  return createMlflowClient({ trackingUri: 'http://embedded.invalid', fetch: counted });
};

await transferRuns({
  source: serverSource(
    open(from!, () => {}),
    'the source',
  ),
  target: open(to!, () => {
    if (++requests === Number(last)) process.kill(process.pid, 'SIGKILL');
  }),
  models: true,
  stages: true,
});
