import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { getRun, newExperiment, newRun, ok, refused, type Schemas, type Wire } from './wire.ts';

const dataset = {
  name: 'labeled_features',
  digest: '0123456789abcdef',
  source_type: 'local',
  source: '{"uri": "lake/labeled_features"}',
  schema: '{"mlflow_colspec": [{"type": "double", "name": "volt_mean_12h", "required": true}]}',
  profile: '{"num_rows": 10}',
};

export function describeInputsAndModels(wire: () => Wire, { expected }: Expectations): void {
  const logInputs = (body: Schemas['LogInputs']) =>
    wire().api.POST('/api/2.0/mlflow/runs/log-inputs', { body });

  describe('dataset inputs', () => {
    test('a dataset is shown by its run with its context tag', async () => {
      const run_id = await newRun(wire());
      const tags = [{ key: 'mlflow.data.context', value: 'training' }];
      await ok(logInputs({ run_id, datasets: [{ tags, dataset }] }));
      expect((await getRun(wire(), run_id)).inputs!.dataset_inputs).toMatchObject([{ tags, dataset }]);
    });

    test('the same dataset logged twice is one input', async () => {
      const run_id = await newRun(wire());
      await ok(logInputs({ run_id, datasets: [{ dataset }] }));
      await ok(logInputs({ run_id, datasets: [{ dataset }] }));
      expect((await getRun(wire(), run_id)).inputs!.dataset_inputs).toHaveLength(1);
    });

    test.each([
      ['digest over 36 characters', { digest: 'd'.repeat(37) }],
      ['name over 500 characters', { name: 'n'.repeat(501) }],
    ])('a dataset with a %s is 400', async (_, fault) => {
      const run_id = await newRun(wire());
      expect(
        await refused(logInputs({ run_id, datasets: [{ dataset: { ...dataset, ...fault } }] })),
      ).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });
  });

  test('logged models are served from MLflow 3 on', async () => {
    const { status } = await wire().raw(
      'POST',
      '/api/2.0/mlflow/logged-models/search',
      '{"experiment_ids":["0"]}',
    );
    expect(status).toBe(expected('loggedModels') === 'yes' ? 200 : 404);
  });

  describe.runIf(expected('loggedModels') === 'yes')('logged models', () => {
    const create = async (body: Partial<Schemas['CreateLoggedModel']> = {}) => {
      const experiment_id = body.experiment_id ?? (await newExperiment(wire()));
      const created = await ok(
        wire().api.POST('/api/2.0/mlflow/logged-models', { body: { name: 'model', ...body, experiment_id } }),
      );
      return created.model!;
    };
    const get = async (model_id: string) => {
      const path = { model_id };
      return (await ok(wire().api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params: { path } })))
        .model!;
    };
    const finalize = (model_id: string, status: Schemas['FinalizeLoggedModel']['status']) =>
      wire().api.PATCH('/api/2.0/mlflow/logged-models/{model_id}', {
        params: { path: { model_id } },
        body: { model_id, status },
      });

    test('a logged model is PENDING, has an id m-… and its own artifact folder, and becomes READY', async () => {
      const experiment_id = await newExperiment(wire());
      const run_id = await newRun(wire(), { experiment_id });
      const { info } = await create({
        experiment_id,
        source_run_id: run_id,
        params: [{ key: 'trees', value: '200' }],
        tags: [{ key: 'a', value: 'b' }],
      });
      const model_id = info!.model_id!;
      expect(model_id).toMatch(/^m-[0-9a-f]{32}$/);
      expect(info).toMatchObject({
        experiment_id,
        name: 'model',
        status: 'LOGGED_MODEL_PENDING',
        source_run_id: run_id,
        artifact_uri: `mlflow-artifacts:/${experiment_id}/models/${model_id}/artifacts`,
      });
      const ready = await ok(finalize(model_id, 'LOGGED_MODEL_READY'));
      expect(ready.model!.info!.status).toBe('LOGGED_MODEL_READY');
      const read = await get(model_id);
      expect(read.info).toMatchObject({ status: 'LOGGED_MODEL_READY', tags: [{ key: 'a', value: 'b' }] });
      expect(read.data!.params).toEqual([{ key: 'trees', value: '200' }]);
    });

    test('an unknown logged model is 404', async () => {
      const path = { model_id: `m-${'0'.repeat(32)}` };
      const call = wire().api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params: { path } });
      expect(await refused(call)).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
    });

    test('a run shows the models it made and the models it read', async () => {
      const experiment_id = await newExperiment(wire());
      const run_id = await newRun(wire(), { experiment_id });
      const made = (await create({ experiment_id, source_run_id: run_id })).info!.model_id!;
      const read = (await create({ experiment_id })).info!.model_id!;
      await ok(
        wire().api.POST('/api/2.0/mlflow/runs/outputs', {
          body: { run_id, models: [{ model_id: made, step: 3 }] },
        }),
      );
      await ok(logInputs({ run_id, models: [{ model_id: read }] }));
      const run = await getRun(wire(), run_id);
      expect(run.outputs!.model_outputs).toEqual([{ model_id: made, step: 3 }]);
      expect(run.inputs!.model_inputs).toEqual([{ model_id: read }]);
    });

    test('a metric logged with a model and a dataset is shown by the model', async () => {
      const experiment_id = await newExperiment(wire());
      const run_id = await newRun(wire(), { experiment_id });
      await ok(logInputs({ run_id, datasets: [{ dataset }] }));
      const model_id = (await create({ experiment_id, source_run_id: run_id })).info!.model_id!;
      const point = { key: 'test_f1', value: 0.75, timestamp: 7, step: 0, model_id };
      await ok(
        wire().api.POST('/api/2.0/mlflow/runs/log-batch', {
          body: {
            run_id,
            metrics: [{ ...point, dataset_name: dataset.name, dataset_digest: dataset.digest }],
          },
        }),
      );
      expect((await get(model_id)).data!.metrics).toMatchObject([
        { ...point, run_id, dataset_name: dataset.name, dataset_digest: dataset.digest },
      ]);
    });

    test("a logged model's metric that is NaN reads 0, which the table has no mark for; the run's reads NaN", async () => {
      const experiment_id = await newExperiment(wire());
      const run_id = await newRun(wire(), { experiment_id });
      const model_id = (await create({ experiment_id, source_run_id: run_id })).info!.model_id!;
      const metric = { key: 'test_f1', value: 'NaN' as const, timestamp: 7, step: 0, model_id };
      await ok(wire().api.POST('/api/2.0/mlflow/runs/log-batch', { body: { run_id, metrics: [metric] } }));
      expect((await get(model_id)).data!.metrics).toMatchObject([{ key: 'test_f1', value: 0 }]);
      expect((await getRun(wire(), run_id)).data!.metrics).toMatchObject([{ key: 'test_f1', value: 'NaN' }]);
    });

    test('tags are set and removed', async () => {
      const model_id = (await create()).info!.model_id!;
      const path = { model_id };
      await ok(
        wire().api.PATCH('/api/2.0/mlflow/logged-models/{model_id}/tags', {
          params: { path },
          body: { model_id, tags: [{ key: 'k', value: 'v' }] },
        }),
      );
      expect((await get(model_id)).info!.tags).toEqual([{ key: 'k', value: 'v' }]);
      await ok(
        wire().api.DELETE('/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}', {
          params: { path: { model_id, tag_key: 'k' } },
        }),
      );
      expect((await get(model_id)).info!.tags ?? []).toEqual([]);
    });

    test('models are searched in their experiment, newest first, and a deleted one is gone', async () => {
      const experiment_id = await newExperiment(wire());
      const first = (await create({ experiment_id, name: 'first' })).info!.model_id!;
      const second = (await create({ experiment_id, name: 'second' })).info!.model_id!;
      const names = async (body: Schemas['SearchLoggedModels'] = {}) => {
        const found = await ok(
          wire().api.POST('/api/2.0/mlflow/logged-models/search', {
            body: { experiment_ids: [experiment_id], ...body },
          }),
        );
        return (found.models ?? []).map((model) => model.info!.name);
      };
      expect(await names()).toEqual(['second', 'first']);
      expect(await names({ filter: "name = 'first'" })).toEqual(['first']);
      const path = { model_id: second };
      await ok(wire().api.DELETE('/api/2.0/mlflow/logged-models/{model_id}', { params: { path } }));
      expect(await names()).toEqual(['first']);
      expect((await get(first)).info!.name).toBe('first');
    });
  });
}
