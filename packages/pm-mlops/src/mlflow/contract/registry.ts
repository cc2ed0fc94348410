import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import {
  getRun,
  getVersion,
  newModel,
  newRun,
  newVersion,
  ok,
  refused,
  refusedRaw,
  type Wire,
} from './wire.ts';

export function describeRegistry(wire: () => Wire, { expected }: Expectations): void {
  const getModel = async (name: string) =>
    (await ok(wire().api.GET('/api/2.0/mlflow/registered-models/get', { params: { query: { name } } })))
      .registered_model!;

  describe('registered models', () => {
    test('a registered model is created with description and tags, found, changed and deleted', async () => {
      const { api, unique } = wire();
      const name = unique('registered');
      const tags = [{ key: 'team', value: 'maintenance' }];
      const created = await ok(
        api.POST('/api/2.0/mlflow/registered-models/create', { body: { name, description: 'first', tags } }),
      );
      expect(created.registered_model).toMatchObject({ name, description: 'first', tags });
      await ok(
        api.PATCH('/api/2.0/mlflow/registered-models/update', { body: { name, description: 'second' } }),
      );
      await ok(
        api.POST('/api/2.0/mlflow/registered-models/set-tag', { body: { name, key: 'k', value: 'v' } }),
      );
      await ok(api.DELETE('/api/2.0/mlflow/registered-models/delete-tag', { body: { name, key: 'team' } }));
      expect(await getModel(name)).toMatchObject({ description: 'second', tags: [{ key: 'k', value: 'v' }] });
      await ok(api.DELETE('/api/2.0/mlflow/registered-models/delete', { body: { name } }));
      const gone = api.GET('/api/2.0/mlflow/registered-models/get', { params: { query: { name } } });
      expect(await refused(gone)).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
    });

    test('a name is taken once', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      const again = api.POST('/api/2.0/mlflow/registered-models/create', { body: { name } });
      expect(await refused(again)).toMatchObject({ status: 400, code: 'RESOURCE_ALREADY_EXISTS' });
    });

    test('an empty name is 400', async () => {
      const call = wire().api.POST('/api/2.0/mlflow/registered-models/create', { body: { name: '' } });
      expect(await refused(call)).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
    });

    test.each(['a/b', 'a:b'])('the name "%s", which no model URI can hold, is 400', async (name) => {
      const { api } = wire();
      const { response } = await api.POST('/api/2.0/mlflow/registered-models/create', { body: { name } });
      expect(response.status).toBe(expected('slashInModelName'));
    });

    test('a renamed model takes its versions along', async () => {
      const { api, unique } = wire();
      const name = await newModel(wire());
      const new_name = unique('renamed');
      await newVersion(wire(), name);
      await ok(api.POST('/api/2.0/mlflow/registered-models/rename', { body: { name, new_name } }));
      expect(await getVersion(wire(), new_name, '1')).toMatchObject({ name: new_name, version: '1' });
    });

    test('a search filters by name and tag, orders and pages', async () => {
      const { api, unique } = wire();
      const mark = unique('found');
      for (const n of ['a', 'b', 'c']) {
        await ok(
          api.POST('/api/2.0/mlflow/registered-models/create', {
            body: { name: `${mark}-${n}`, tags: [{ key: 'kind', value: n === 'b' ? 'odd' : 'even' }] },
          }),
        );
      }
      const search = (query: {
        filter?: string;
        max_results?: number;
        page_token?: string;
        order_by?: string[];
      }) => ok(api.GET('/api/2.0/mlflow/registered-models/search', { params: { query } }));
      const filter = `name LIKE '${mark}%'`;
      const page = await search({ filter, max_results: 2 });
      const rest = await search({ filter, max_results: 2, page_token: page.next_page_token! });
      const names = [...page.registered_models!, ...rest.registered_models!].map((model) => model.name);
      expect(names).toEqual([`${mark}-a`, `${mark}-b`, `${mark}-c`]);
      expect(rest.next_page_token ?? '').toBe('');
      const odd = await search({ filter: `${filter} and tags.kind = 'odd'` });
      expect(odd.registered_models!.map((model) => model.name)).toEqual([`${mark}-b`]);
      const descending = await search({ filter, order_by: ['name DESC'] });
      expect(descending.registered_models![0]!.name).toBe(`${mark}-c`);
    });
  });

  describe('model versions', () => {
    test('versions are numbered 1, 2, … as strings and carry source, run, stage None and status READY', async () => {
      const name = await newModel(wire());
      expect(await newVersion(wire(), name)).toBe('1');
      expect(
        await newVersion(wire(), name, { description: 'second', tags: [{ key: 'k', value: 'v' }] }),
      ).toBe('2');
      const second = await getVersion(wire(), name, '2');
      expect(second).toMatchObject({
        name,
        version: '2',
        current_stage: 'None',
        status: 'READY',
        description: 'second',
        tags: [{ key: 'k', value: 'v' }],
      });
      expect(second.source).toBe(`${(await getRun(wire(), second.run_id!)).info!.artifact_uri}/model`);
    });

    test('a deleted version is gone and its number is given again only if it was the last', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      await newVersion(wire(), name);
      await newVersion(wire(), name);
      await ok(api.DELETE('/api/2.0/mlflow/model-versions/delete', { body: { name, version: '1' } }));
      const gone = api.GET('/api/2.0/mlflow/model-versions/get', {
        params: { query: { name, version: '1' } },
      });
      expect(await refused(gone)).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
      expect(await newVersion(wire(), name)).toBe('3');
    });

    test('a version of an unknown model is 404', async () => {
      const { api } = wire();
      const run_id = await newRun(wire());
      const source = `${(await getRun(wire(), run_id)).info!.artifact_uri}/model`;
      const call = api.POST('/api/2.0/mlflow/model-versions/create', {
        body: { name: 'never registered', source, run_id },
      });
      expect(await refused(call)).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
    });

    test('a version must be a string: an integer is 400', async () => {
      const name = await newModel(wire());
      const version = Number(await newVersion(wire(), name));
      const body = JSON.stringify({ name, version, stage: 'Staging', archive_existing_versions: true });
      expect(
        await refusedRaw(wire().raw('POST', '/api/2.0/mlflow/model-versions/transition-stage', body)),
      ).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
    });

    test('a description is changed, tags are set, overwritten and removed', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      const version = await newVersion(wire(), name);
      const key = 'gate';
      await ok(
        api.PATCH('/api/2.0/mlflow/model-versions/update', { body: { name, version, description: 'said' } }),
      );
      for (const value of ['no', 'yes']) {
        await ok(api.POST('/api/2.0/mlflow/model-versions/set-tag', { body: { name, version, key, value } }));
      }
      expect(await getVersion(wire(), name, version)).toMatchObject({
        description: 'said',
        tags: [{ key, value: 'yes' }],
      });
      await ok(api.DELETE('/api/2.0/mlflow/model-versions/delete-tag', { body: { name, version, key } }));
      expect((await getVersion(wire(), name, version)).tags ?? []).toEqual([]);
    });

    test('a version answers where its files are', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      const version = await newVersion(wire(), name);
      const { artifact_uri } = await ok(
        api.GET('/api/2.0/mlflow/model-versions/get-download-uri', { params: { query: { name, version } } }),
      );
      expect(artifact_uri).toBe((await getVersion(wire(), name, version)).source);
    });

    test('a version copied from models:/NAME/1 keeps the run it came from', async () => {
      const name = await newModel(wire());
      const copy = await newModel(wire());
      await newVersion(wire(), name);
      const { api } = wire();
      const created = await ok(
        api.POST('/api/2.0/mlflow/model-versions/create', {
          body: { name: copy, source: `models:/${name}/1` },
        }),
      );
      const { run_id } = await getVersion(wire(), name, '1');
      expect(created.model_version!.run_id).toBe(expected('copiedRun') === 'yes' ? run_id : '');
    });

    test.each([
      ['a path upwards', (uri: string) => `${uri}/../../other`],
      ['an encoded path upwards', (uri: string) => `${uri}/%2e%2e/other`],
      ['a local folder', () => '/etc'],
      ['a file URI', () => 'file:///etc'],
    ])('a source that is %s is 400', async (_, sourceOf) => {
      const { api } = wire();
      const name = await newModel(wire());
      const run_id = await newRun(wire());
      const source = sourceOf((await getRun(wire(), run_id)).info!.artifact_uri!);
      const call = api.POST('/api/2.0/mlflow/model-versions/create', { body: { name, source, run_id } });
      expect(await refused(call)).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
    });

    test('a source that is a web address is 400', async () => {
      const { api } = wire();
      const body = { name: await newModel(wire()), source: 'http://example.invalid/model' };
      const { response } = await api.POST('/api/2.0/mlflow/model-versions/create', { body });
      expect(response.status).toBe(expected('sourceElsewhere'));
    });

    test('a proxied source needs the run that it lies in', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      const status = expected('sourceOfOtherRun');
      const source = `${(await getRun(wire(), await newRun(wire()))).info!.artifact_uri}/model`;
      const without = await api.POST('/api/2.0/mlflow/model-versions/create', { body: { name, source } });
      const other = await api.POST('/api/2.0/mlflow/model-versions/create', {
        body: { name, source, run_id: await newRun(wire()) },
      });
      expect([without.response.status, other.response.status]).toEqual([status, status]);
    });

    test.runIf(expected('loggedModels') === 'yes')(
      'a version may come from a logged model, by models:/m-… with its model_id',
      async () => {
        const { api } = wire();
        const name = await newModel(wire());
        const run_id = await newRun(wire());
        const { experiment_id } = (await getRun(wire(), run_id)).info!;
        const { model } = await ok(
          api.POST('/api/2.0/mlflow/logged-models', {
            body: { experiment_id: experiment_id!, name: 'model', source_run_id: run_id },
          }),
        );
        const model_id = model!.info!.model_id!;
        const source = `models:/${model_id}`;
        const created = await ok(
          api.POST('/api/2.0/mlflow/model-versions/create', { body: { name, source, run_id, model_id } }),
        );
        expect(created.model_version).toMatchObject({ source, run_id });
        const without = api.POST('/api/2.0/mlflow/model-versions/create', { body: { name, source, run_id } });
        expect(await refused(without)).toMatchObject({ status: 400 });
      },
    );

    test('a search filters by name, run and tag and comes latest change first', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      for (const kind of ['even', 'odd', 'even']) {
        await newVersion(wire(), name, { tags: [{ key: 'kind', value: kind }] });
      }
      const versions = async (filter: string, order_by?: string[]) => {
        const query = { filter, ...(order_by && { order_by }) };
        const found = await ok(api.GET('/api/2.0/mlflow/model-versions/search', { params: { query } }));
        return (found.model_versions ?? []).map((version) => version.version);
      };
      const { run_id } = await getVersion(wire(), name, '2');
      expect((await versions(`name = '${name}'`)).sort()).toEqual(['1', '2', '3']);
      expect(await versions(`name = '${name}'`, ['version_number ASC'])).toEqual(['1', '2', '3']);
      expect(await versions(`name = '${name}' and run_id = '${run_id}'`)).toEqual(['2']);
      expect(await versions(`name = '${name}' and tags.kind = 'odd'`)).toEqual(['2']);
      expect(await versions(`name = 'never registered'`)).toEqual([]);
    });

    test('a search is paged to its end', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      for (let n = 0; n < 3; n++) await newVersion(wire(), name);
      const seen: unknown[] = [];
      let page_token: string | undefined;
      do {
        const page = await ok(
          api.GET('/api/2.0/mlflow/model-versions/search', {
            params: {
              query: { filter: `name = '${name}'`, max_results: 2, ...(page_token && { page_token }) },
            },
          }),
        );
        seen.push(...page.model_versions!.map((version) => version.version));
        page_token = page.next_page_token;
      } while (page_token);
      expect(seen.sort()).toEqual(['1', '2', '3']);
    });
  });
}
