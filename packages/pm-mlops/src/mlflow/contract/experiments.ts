import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { newExperiment, newRun, ok, refused, type Wire } from './wire.ts';

export function describeExperiments(wire: () => Wire, { expected }: Expectations): void {
  describe('experiments', () => {
    test('a new server has the experiment Default with id 0', async () => {
      const { api } = wire();
      const { experiment } = await ok(
        api.GET('/api/2.0/mlflow/experiments/get-by-name', {
          params: { query: { experiment_name: 'Default' } },
        }),
      );
      expect(experiment).toMatchObject({ experiment_id: '0', name: 'Default', lifecycle_stage: 'active' });
    });

    test('an experiment is found by id and by name, with its tags and a proxied artifact location', async () => {
      const { api, unique } = wire();
      const name = unique('found');
      const tags = [{ key: 'team', value: 'maintenance' }];
      const { experiment_id } = await ok(
        api.POST('/api/2.0/mlflow/experiments/create', { body: { name, tags } }),
      );
      const byId = await ok(
        api.GET('/api/2.0/mlflow/experiments/get', { params: { query: { experiment_id: experiment_id! } } }),
      );
      const byName = await ok(
        api.GET('/api/2.0/mlflow/experiments/get-by-name', { params: { query: { experiment_name: name } } }),
      );
      expect(byName).toEqual(byId);
      expect(byId.experiment).toMatchObject({
        experiment_id,
        name,
        tags,
        artifact_location: `mlflow-artifacts:/${experiment_id}`,
        lifecycle_stage: 'active',
      });
      expect(typeof byId.experiment!.creation_time).toBe('number');
    });

    test('a name is taken once: the second create is refused with 400 RESOURCE_ALREADY_EXISTS', async () => {
      const { api, unique } = wire();
      const body = { name: unique('twice') };
      await ok(api.POST('/api/2.0/mlflow/experiments/create', { body }));
      expect(await refused(api.POST('/api/2.0/mlflow/experiments/create', { body }))).toMatchObject({
        status: 400,
        code: 'RESOURCE_ALREADY_EXISTS',
      });
    });

    test.each([
      ['empty', ''],
      ['over 500 characters', 'x'.repeat(501)],
    ])('a name that is %s is refused with 400', async (_, name) => {
      const { api } = wire();
      expect(await refused(api.POST('/api/2.0/mlflow/experiments/create', { body: { name } }))).toMatchObject(
        {
          status: 400,
          code: 'INVALID_PARAMETER_VALUE',
        },
      );
    });

    test('an unknown id or name is 404 RESOURCE_DOES_NOT_EXIST', async () => {
      const { api } = wire();
      const expected = { status: 404, code: 'RESOURCE_DOES_NOT_EXIST' };
      const byName = api.GET('/api/2.0/mlflow/experiments/get-by-name', {
        params: { query: { experiment_name: 'no such experiment' } },
      });
      const byId = api.GET('/api/2.0/mlflow/experiments/get', {
        params: { query: { experiment_id: '99999' } },
      });
      expect(await refused(byName)).toMatchObject(expected);
      expect(await refused(byId)).toMatchObject(expected);
    });

    test('a deleted experiment keeps its name, is found by name, is not listed, and can be restored', async () => {
      const { api, unique } = wire();
      const name = unique('deleted');
      const { experiment_id } = await ok(api.POST('/api/2.0/mlflow/experiments/create', { body: { name } }));
      const filter = `name = '${name}'`;
      const search = () =>
        ok(api.POST('/api/2.0/mlflow/experiments/search', { body: { filter, max_results: 10 } }));
      await ok(api.POST('/api/2.0/mlflow/experiments/delete', { body: { experiment_id: experiment_id! } }));
      const found = await ok(
        api.GET('/api/2.0/mlflow/experiments/get-by-name', { params: { query: { experiment_name: name } } }),
      );
      expect(found.experiment!.lifecycle_stage).toBe('deleted');
      expect((await search()).experiments ?? []).toEqual([]);
      expect(await refused(api.POST('/api/2.0/mlflow/experiments/create', { body: { name } }))).toMatchObject(
        {
          code: 'RESOURCE_ALREADY_EXISTS',
        },
      );
      await ok(api.POST('/api/2.0/mlflow/experiments/restore', { body: { experiment_id: experiment_id! } }));
      expect((await search()).experiments).toHaveLength(1);
    });

    test('a run cannot be created in a deleted experiment', async () => {
      const { api } = wire();
      const experiment_id = await newExperiment(wire());
      await ok(api.POST('/api/2.0/mlflow/experiments/delete', { body: { experiment_id } }));
      expect(
        await refused(api.POST('/api/2.0/mlflow/runs/create', { body: { experiment_id } })),
      ).toMatchObject({
        status: 400,
      });
    });

    test('deleting an experiment deletes its runs, restoring it restores them', async () => {
      const { api } = wire();
      const experiment_id = await newExperiment(wire());
      const run_id = await newRun(wire(), { experiment_id });
      const stage = async () => {
        const got = await ok(api.GET('/api/2.0/mlflow/runs/get', { params: { query: { run_id } } }));
        return got.run!.info!.lifecycle_stage;
      };
      await ok(api.POST('/api/2.0/mlflow/experiments/delete', { body: { experiment_id } }));
      expect(await stage()).toBe('deleted');
      await ok(api.POST('/api/2.0/mlflow/experiments/restore', { body: { experiment_id } }));
      expect(await stage()).toBe('active');
    });

    test('an experiment is renamed and tagged, a tag is overwritten, and removed where the server can', async () => {
      const { api, unique } = wire();
      const experiment_id = await newExperiment(wire());
      const name = unique('renamed');
      const read = async () => {
        const got = await ok(
          api.GET('/api/2.0/mlflow/experiments/get', { params: { query: { experiment_id } } }),
        );
        return got.experiment!;
      };
      const tag = (value: string) =>
        ok(
          api.POST('/api/2.0/mlflow/experiments/set-experiment-tag', {
            body: { experiment_id, key: 'note', value },
          }),
        );
      await ok(api.POST('/api/2.0/mlflow/experiments/update', { body: { experiment_id, new_name: name } }));
      await tag('first');
      await tag('second');
      expect(await read()).toMatchObject({ name, tags: [{ key: 'note', value: 'second' }] });
      const { response } = await api.POST('/api/2.0/mlflow/experiments/delete-experiment-tag', {
        body: { experiment_id, key: 'note' },
      });
      const status = expected('deleteExperimentTag');
      expect(response.status).toBe(status);
      expect((await read()).tags ?? []).toHaveLength(status === 200 ? 0 : 1);
    });

    test('a search is paged to its end by next_page_token, newest first', async () => {
      const { api, unique } = wire();
      const mark = unique('paged');
      for (const n of [1, 2, 3]) {
        await ok(api.POST('/api/2.0/mlflow/experiments/create', { body: { name: `${mark} ${n}` } }));
      }
      const names: (string | undefined)[] = [];
      let page_token: string | undefined;
      do {
        const page = await ok(
          api.POST('/api/2.0/mlflow/experiments/search', {
            body: { max_results: 2, filter: `name LIKE '${mark}%'`, ...(page_token && { page_token }) },
          }),
        );
        names.push(...page.experiments!.map((experiment) => experiment.name));
        page_token = page.next_page_token;
      } while (page_token);
      expect(names).toEqual([`${mark} 3`, `${mark} 2`, `${mark} 1`]);
    });
  });
}
