/**
 * A process that moves versions to Production when it is told to: `promoter.ts TRACKING_URI MODEL NAME`. Each line of input is a
 * version; the line of output after it is `moved`, or the code of the error.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { moveToStage } from '../stages.ts';
import { openTracking } from '../tracking.ts';

const [trackingUri = '', model = '', by = ''] = process.argv.slice(2);
const { client, close } = await openTracking({
  environment: { MLFLOW_TRACKING_URI: trackingUri },
  cwd: process.cwd(),
});

for await (const version of createInterface({ input: process.stdin })) {
  const move = { action: 'promote', by, at: new Date(), why: 'a round' } as const;
  const outcome = await moveToStage(client, model, version, 'Production', move).then(
    () => 'moved',
    (error) => error.code ?? `${error}`,
  );
  writeSync(1, `${outcome}\n`);
}
await close();
