/**
 * A process that writes to a store: `writer.ts FOLDER versions MODEL COUNT`, `… promote MODEL VERSION ROUNDS` or
 * `… everything MODEL` (until it is killed). Each answered write is one line of output.
 */
import { writeSync } from 'node:fs';
import { openTestStore } from './store.ts';

type VersionAnswer = { model_version: { version: string } };
type RunAnswer = { run: { info: { run_id: string } } };

const [folder = '', job = '', model = '', ...numbers] = process.argv.slice(2);
const { call } = openTestStore(folder);
const say = (line: string) => writeSync(1, `${line}\n`);

async function versions(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const body = { name: model, source: 's3://bucket/model' };
    const { model_version } = await call<VersionAnswer>('POST', 'model-versions/create', body);
    say(model_version.version);
  }
}

async function promote(version: string, rounds: number): Promise<void> {
  const body = { name: model, version, stage: 'Production', archive_existing_versions: true };
  for (let round = 0; round < rounds; round++) {
    await call('POST', 'model-versions/transition-stage', body);
    say(version);
  }
}

/** Each version has a tag and each run 20 metrics and 20 params: half of one would be seen. */
async function everything(): Promise<never> {
  for (;;) {
    const { run } = await call<RunAnswer>('POST', 'runs/create', { experiment_id: '0', user_id: 'writer' });
    const { run_id } = run.info;
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    const metrics = keys.map((key, step) => ({ key, value: step, timestamp: 1, step }));
    const params = keys.map((key) => ({ key, value: run_id }));
    await call('POST', 'runs/log-batch', { run_id, metrics, params });
    say(`run ${run_id}`);
    const { model_version } = await call<VersionAnswer>('POST', 'model-versions/create', {
      name: model,
      source: 's3://bucket/model',
      tags: [{ key: 'run', value: run_id }],
    });
    const { version } = model_version;
    await call('POST', 'model-versions/transition-stage', {
      name: model,
      version,
      stage: 'Production',
      archive_existing_versions: true,
    });
    say(`version ${version}`);
  }
}

if (job === 'versions') await versions(Number(numbers[0]));
else if (job === 'promote') await promote(numbers[0]!, Number(numbers[1]));
else await everything();
