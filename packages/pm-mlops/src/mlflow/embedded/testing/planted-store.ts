import type { TestStore } from './store.ts';

type Run = { run: { info: { run_id: string; artifact_uri: string } } };
type LoggedModel = { model: { info: { model_id: string; artifact_uri: string } } };

/** One of everything that a training writes: an experiment, a run, a logged model, two versions of a registered model. */
export async function plantTraining(
  { call, fetch }: TestStore,
  experiment: string,
  model: string,
): Promise<{ run_id: string }> {
  const put = async (uri: string, name: string, body: string) => {
    const path = `${uri.replace('mlflow-artifacts:/', '')}/${name}`;
    await fetch(`http://embedded.invalid/api/2.0/mlflow-artifacts/artifacts/${path}`, {
      method: 'PUT',
      body,
    });
  };
  const { experiment_id } = await call<{ experiment_id: string }>('POST', 'experiments/create', {
    name: experiment,
    tags: [{ key: 'team', value: 'maintenance' }],
  });
  const { run } = await call<Run>('POST', 'runs/create', {
    experiment_id,
    run_name: 'training',
    user_id: 'ada',
    start_time: 1000,
  });
  const { run_id, artifact_uri } = run.info;
  const dataset = {
    name: 'labeled_features',
    digest: 'abc',
    source_type: 'local',
    source: '{}',
    profile: '{"num_rows": 1}',
  };
  const tags = [{ key: 'mlflow.data.context', value: 'training' }];
  await call('POST', 'runs/log-inputs', { run_id, datasets: [{ tags, dataset }] });
  const { model: logged } = await call<LoggedModel>('POST', 'logged-models', {
    experiment_id,
    name: 'model',
    source_run_id: run_id,
    params: [{ key: 'trees', value: '200' }],
  });
  const { model_id } = logged.info;
  await call('POST', 'runs/log-batch', {
    run_id,
    metrics: [
      { key: 'f1', value: 0.5, timestamp: 2000, step: 0 },
      { key: 'f1', value: 0.75, timestamp: 2001, step: 1, model_id },
      { key: 'broken', value: 'NaN', timestamp: 2000, step: 0 },
    ],
    params: [{ key: 'trees', value: '200' }],
    tags: [{ key: 'owner', value: 'ada' }],
  });
  await put(artifact_uri, 'notes/hello.txt', 'hello');
  await put(logged.info.artifact_uri, 'MLmodel', 'flavors: {}\n');
  await call('PATCH', `logged-models/${model_id}`, { model_id, status: 'LOGGED_MODEL_READY' });
  await call('POST', 'runs/outputs', { run_id, models: [{ model_id, step: 0 }] });
  await call('POST', 'registered-models/create', { name: model });
  const source = { name: model, source: `models:/${model_id}`, run_id, model_id };
  await call('POST', 'model-versions/create', source);
  await call('POST', 'model-versions/create', {
    ...source,
    description: 'the better one',
    tags: [{ key: 'gate', value: 'passed' }],
  });
  for (const version of ['1', '2']) {
    await call('POST', 'model-versions/transition-stage', {
      name: model,
      version,
      stage: 'Production',
      archive_existing_versions: true,
    });
  }
  await call('POST', 'registered-models/alias', { name: model, alias: 'champion', version: '2' });
  await call('POST', 'runs/update', { run_id, status: 'FINISHED', end_time: 3000 });
  return { run_id };
}

/** What Python reads of it. */
export const plantedTraining = {
  experimentTags: { team: 'maintenance' },
  run: {
    name: 'training',
    status: 'FINISHED',
    times: [1000, 3000],
    params: { trees: '200' },
    tags: { 'mlflow.runName': 'training', owner: 'ada' },
    metrics: { f1: 0.75, broken: 'NaN' },
    history: [
      [0, 2000, 0.5],
      [1, 2001, 0.75],
    ],
    datasets: [['labeled_features', 'abc', { 'mlflow.data.context': 'training' }]],
    outputs: [true],
  },
  logged: ['model', 'READY', { trees: '200' }, 0.75],
  versions: [
    ['1', 'Archived'],
    ['2', 'Production'],
  ],
  production: ['2', 'the better one', { gate: 'passed' }],
  champion: '2',
  artifacts: ['notes/hello.txt'],
  text: 'hello',
  modelFiles: ['MLmodel', 'registered_model_meta'], // the second is written by the download itself
};
