/**
 * A process that logs one training after another to the store in `trainer.ts FOLDER`, until it is killed: a run, batches, a
 * file, a logged model, a version, its stage and alias. Each answered write is one line of output.
 */
import { writeSync } from 'node:fs';
import { openTestStore } from './store.ts';
import { ARTIFACT_BYTES, BATCHES, MODEL_NAME, PER_BATCH } from './trainer-facts.ts';

type RunAnswer = { run: { info: { run_id: string; artifact_uri: string } } };
type ModelAnswer = { model: { info: { model_id: string } } };
type VersionAnswer = { model_version: { version: string } };

const { call, fetch } = openTestStore(process.argv[2]);
const say = (line: string) => writeSync(1, `${line}\n`);
const content = Buffer.alloc(ARTIFACT_BYTES, 7);

async function train(): Promise<void> {
  const { run } = await call<RunAnswer>('POST', 'runs/create', { experiment_id: '0', user_id: 'trainer' });
  const { run_id, artifact_uri } = run.info;
  say(`run ${run_id}`);
  for (let batch = 0; batch < BATCHES; batch++) {
    const keys = Array.from({ length: PER_BATCH }, (_, n) => `k${n}`);
    await call('POST', 'runs/log-batch', {
      run_id,
      metrics: keys.map((key, value) => ({ key, value, timestamp: 1, step: batch })),
      params: keys.map((key) => ({ key: `${key}.${batch}`, value: run_id })),
    });
    say(`batch ${run_id} ${batch}`);
  }
  const path = `${artifact_uri.replace('mlflow-artifacts:/', '')}/weights.bin`;
  const put = { method: 'PUT', body: content };
  await fetch(`http://embedded.invalid/api/2.0/mlflow-artifacts/artifacts/${path}`, put);
  say(`file ${path}`);
  const params = [{ key: 'trees', value: '200' }];
  const named = { experiment_id: '0', name: 'model', source_run_id: run_id, params };
  const { model_id } = (await call<ModelAnswer>('POST', 'logged-models', named)).model.info;
  await call('PATCH', `logged-models/${model_id}`, { model_id, status: 'LOGGED_MODEL_READY' });
  say(`model ${model_id}`);
  await register(run_id, model_id);
  await call('POST', 'runs/update', { run_id, status: 'FINISHED', end_time: 2 });
  say(`finished ${run_id}`);
}

async function register(run_id: string, model_id: string): Promise<void> {
  const name = MODEL_NAME;
  const tags = [{ key: 'run', value: run_id }];
  const source = { name, source: `models:/${model_id}`, run_id, model_id, tags };
  const { version } = (await call<VersionAnswer>('POST', 'model-versions/create', source)).model_version;
  say(`version ${version}`);
  const promotion = { name, version, stage: 'Production', archive_existing_versions: true };
  await call('POST', 'model-versions/transition-stage', promotion);
  await call('POST', 'registered-models/alias', { name, alias: 'champion', version });
  say(`champion ${version}`);
}

for (;;) await train();
