import { describe, expect, test } from 'vitest';
import { getRun, newExperiment, newRun, ok, refused, refusedRaw, type Wire } from './wire.ts';

export function describeRuns(wire: () => Wire): void {
  describe('runs', () => {
    test('a new run is RUNNING and active, has 32 hexadecimal digits and its artifacts under its experiment', async () => {
      const experiment_id = await newExperiment(wire());
      const run_id = await newRun(wire(), { experiment_id, user_id: 'ada', start_time: 1_700_000_000_123 });
      expect(run_id).toMatch(/^[0-9a-f]{32}$/);
      expect((await getRun(wire(), run_id)).info).toMatchObject({
        run_id,
        run_uuid: run_id,
        experiment_id,
        user_id: 'ada',
        status: 'RUNNING',
        lifecycle_stage: 'active',
        start_time: 1_700_000_000_123,
        artifact_uri: `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`,
      });
    });

    test('a run has the name it was given, also as the tag mlflow.runName', async () => {
      const run_id = await newRun(wire(), { run_name: 'my run' });
      const run = await getRun(wire(), run_id);
      expect(run.info!.run_name).toBe('my run');
      expect(run.data!.tags).toEqual([{ key: 'mlflow.runName', value: 'my run' }]);
    });

    test('a run that was given no name gets one', async () => {
      const run = await getRun(wire(), await newRun(wire()));
      expect(run.info!.run_name).toMatch(/\S/);
      expect(run.data!.tags).toContainEqual({ key: 'mlflow.runName', value: run.info!.run_name });
    });

    test('the tag mlflow.runName alone names the run, and must agree with run_name', async () => {
      const tags = [{ key: 'mlflow.runName', value: 'by tag' }];
      const run = await getRun(wire(), await newRun(wire(), { tags }));
      expect(run.info!.run_name).toBe('by tag');
      const experiment_id = await newExperiment(wire());
      const both = wire().api.POST('/api/2.0/mlflow/runs/create', {
        body: { experiment_id, run_name: 'another', tags },
      });
      expect(await refused(both)).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
    });

    test('setting the tag mlflow.runName renames the run', async () => {
      const { api } = wire();
      const run_id = await newRun(wire(), { run_name: 'before' });
      await ok(
        api.POST('/api/2.0/mlflow/runs/set-tag', { body: { run_id, key: 'mlflow.runName', value: 'after' } }),
      );
      expect((await getRun(wire(), run_id)).info!.run_name).toBe('after');
    });

    test.each(['FINISHED', 'FAILED', 'KILLED'] as const)(
      'a run ends %s with its end time',
      async (status) => {
        const { api } = wire();
        const run_id = await newRun(wire());
        const updated = await ok(
          api.POST('/api/2.0/mlflow/runs/update', { body: { run_id, status, end_time: 1_700_000_099_000 } }),
        );
        expect(updated.run_info).toMatchObject({ run_id, status, end_time: 1_700_000_099_000 });
        expect((await getRun(wire(), run_id)).info).toMatchObject({ status, end_time: 1_700_000_099_000 });
      },
    );

    test('an update can rename, and leaves alone what it does not name', async () => {
      const { api } = wire();
      const run_id = await newRun(wire(), { run_name: 'old' });
      await ok(api.POST('/api/2.0/mlflow/runs/update', { body: { run_id, run_name: 'new' } }));
      const run = await getRun(wire(), run_id);
      expect(run.info).toMatchObject({ run_name: 'new', status: 'RUNNING' });
      expect(run.data!.tags).toContainEqual({ key: 'mlflow.runName', value: 'new' });
    });

    test('an unknown run is 404 RESOURCE_DOES_NOT_EXIST', async () => {
      const { api } = wire();
      const run_id = '0'.repeat(32);
      const expected = { status: 404, code: 'RESOURCE_DOES_NOT_EXIST' };
      const calls = [
        api.GET('/api/2.0/mlflow/runs/get', { params: { query: { run_id } } }),
        api.POST('/api/2.0/mlflow/runs/update', { body: { run_id, status: 'FINISHED' } }),
        api.POST('/api/2.0/mlflow/runs/set-tag', { body: { run_id, key: 'k', value: 'v' } }),
        api.POST('/api/2.0/mlflow/runs/log-batch', { body: { run_id, params: [{ key: 'k', value: 'v' }] } }),
      ];
      for (const call of calls) expect(await refused(call)).toMatchObject(expected);
    });

    test('a run without an experiment, or in an unknown one, is refused', async () => {
      const { api } = wire();
      const unknown = api.POST('/api/2.0/mlflow/runs/create', { body: { experiment_id: '99999' } });
      expect(await refused(unknown)).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
      expect(await refused(api.POST('/api/2.0/mlflow/runs/create', { body: {} }))).toMatchObject({
        status: 400,
      });
    });

    test('a deleted run is still read, takes no writes, and can be restored', async () => {
      const { api } = wire();
      const run_id = await newRun(wire());
      const tag = () => api.POST('/api/2.0/mlflow/runs/set-tag', { body: { run_id, key: 'k', value: 'v' } });
      await ok(api.POST('/api/2.0/mlflow/runs/delete', { body: { run_id } }));
      expect((await getRun(wire(), run_id)).info!.lifecycle_stage).toBe('deleted');
      expect(await refused(tag())).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
      const batch = api.POST('/api/2.0/mlflow/runs/log-batch', {
        body: { run_id, metrics: [{ key: 'm', value: 1, timestamp: 1, step: 0 }] },
      });
      expect(await refused(batch)).toMatchObject({ status: 400 });
      await ok(api.POST('/api/2.0/mlflow/runs/restore', { body: { run_id } }));
      await ok(tag());
    });

    test('a tag is overwritten, removed, and its removal twice is 404', async () => {
      const { api } = wire();
      const run_id = await newRun(wire(), { run_name: 'tagged', tags: [{ key: 'owner', value: 'ada' }] });
      const remove = () => api.POST('/api/2.0/mlflow/runs/delete-tag', { body: { run_id, key: 'owner' } });
      await ok(api.POST('/api/2.0/mlflow/runs/set-tag', { body: { run_id, key: 'owner', value: 'grace' } }));
      expect((await getRun(wire(), run_id)).data!.tags).toContainEqual({ key: 'owner', value: 'grace' });
      await ok(remove());
      expect((await getRun(wire(), run_id)).data!.tags).toHaveLength(1);
      expect(await refused(remove())).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
    });

    test('a tag over 8000 characters is cut without a word', async () => {
      const { api } = wire();
      const run_id = await newRun(wire());
      await ok(
        api.POST('/api/2.0/mlflow/runs/set-tag', { body: { run_id, key: 'long', value: 'x'.repeat(8001) } }),
      );
      const { tags } = (await getRun(wire(), run_id)).data!;
      expect(tags!.find((tag) => tag.key === 'long')!.value).toHaveLength(8000);
    });

    test('a body without its content type, or that is not JSON, is 400', async () => {
      const { raw } = wire();
      const path = '/api/2.0/mlflow/runs/set-tag';
      expect((await raw('POST', path, '{"run_id":"x","key":"k","value":"v"}', 'text/plain')).status).toBe(
        400,
      );
      expect((await refusedRaw(raw('POST', path, '{"run_id":'))).status).toBe(400);
    });

    test('unknown routes are 404', async () => {
      expect((await wire().raw('GET', '/api/2.0/mlflow/no-such-call')).status).toBe(404);
    });
  });
}
