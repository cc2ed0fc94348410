import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { getVersion, newModel, newVersion, ok, refused, refusedRaw, type Wire } from './wire.ts';

export function describeStages(wire: () => Wire, { expected }: Expectations): void {
  const transition = (name: string, version: string, stage: string, archive_existing_versions = true) =>
    wire().api.POST('/api/2.0/mlflow/model-versions/transition-stage', {
      body: { name, version, stage, archive_existing_versions },
    });
  const stageOf = async (name: string, version: string) =>
    (await getVersion(wire(), name, version)).current_stage;

  describe('stages', () => {
    test('a version that enters a stage archives the one that held it', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      await newVersion(wire(), name);
      const first = await ok(transition(name, '1', 'Production'));
      expect(first.model_version).toMatchObject({ version: '1', current_stage: 'Production' });
      await ok(transition(name, '2', 'Production'));
      expect(await stageOf(name, '1')).toBe('Archived');
      expect(await stageOf(name, '2')).toBe('Production');
    });

    test('without the archive flag both keep the stage', async () => {
      const name = await newModel(wire());
      for (const version of [await newVersion(wire(), name), await newVersion(wire(), name)]) {
        await ok(transition(name, version, 'Staging', false));
      }
      expect([await stageOf(name, '1'), await stageOf(name, '2')]).toEqual(['Staging', 'Staging']);
    });

    test('a stage is read without regard to case and kept as MLflow spells it', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      await newVersion(wire(), name);
      await ok(transition(name, '1', 'production'));
      await ok(transition(name, '2', 'PRODUCTION'));
      expect([await stageOf(name, '1'), await stageOf(name, '2')]).toEqual(['Archived', 'Production']);
    });

    test('a version returns to None and to Archived', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      for (const stage of ['Staging', 'Archived', 'None']) {
        await ok(transition(name, '1', stage, false));
        expect(await stageOf(name, '1')).toBe(stage);
      }
    });

    test('an unknown stage is 400, an unknown version 404', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      expect(await refused(transition(name, '1', 'Bogus'))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
      expect(await refused(transition(name, '9', 'Staging'))).toMatchObject({
        status: 404,
        code: 'RESOURCE_DOES_NOT_EXIST',
      });
    });

    test('archiving for a stage that is not active is 500: a client must not send it', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      expect(await refused(transition(name, '1', 'None', true))).toMatchObject({ status: 500 });
    });

    test('the archive flag must be a boolean', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      const body = JSON.stringify({
        name,
        version: '1',
        stage: 'Staging',
        archive_existing_versions: 'true',
      });
      const reply = wire().raw('POST', '/api/2.0/mlflow/model-versions/transition-stage', body);
      expect(await refusedRaw(reply)).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
    });

    test('latest versions are one a stage, by GET and by POST', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      for (let n = 0; n < 4; n++) await newVersion(wire(), name);
      await ok(transition(name, '1', 'Production'));
      await ok(transition(name, '2', 'Staging'));
      const all = await ok(
        api.POST('/api/2.0/mlflow/registered-models/get-latest-versions', { body: { name } }),
      );
      const found = all.model_versions!.map((version) => [version.current_stage, version.version]).sort();
      expect(found).toEqual([
        ['None', '4'],
        ['Production', '1'],
        ['Staging', '2'],
      ]);
      const one = await ok(
        api.GET('/api/2.0/mlflow/registered-models/get-latest-versions', {
          params: { query: { name, stages: ['Production'] } },
        }),
      );
      expect(one.model_versions!.map((version) => version.version)).toEqual(['1']);
    });

    test('latest versions of an unknown model are 404', async () => {
      const body = { name: 'never registered' };
      const call = wire().api.POST('/api/2.0/mlflow/registered-models/get-latest-versions', { body });
      expect(await refused(call)).toMatchObject({ status: 404, code: 'RESOURCE_DOES_NOT_EXIST' });
    });
  });

  describe('aliases', () => {
    const set = (name: string, alias: string, version: string) =>
      wire().api.POST('/api/2.0/mlflow/registered-models/alias', { body: { name, alias, version } });
    const get = (name: string, alias: string) =>
      wire().api.GET('/api/2.0/mlflow/registered-models/alias', { params: { query: { name, alias } } });
    const remove = (name: string, alias: string) =>
      wire().api.DELETE('/api/2.0/mlflow/registered-models/alias', { body: { name, alias } });

    test('an alias points at one version and moves; the model and the version show it', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      await newVersion(wire(), name);
      await newVersion(wire(), name);
      await ok(set(name, 'champion', '1'));
      await ok(set(name, 'champion', '2'));
      expect((await ok(get(name, 'champion'))).model_version!.version).toBe('2');
      const { registered_model } = await ok(
        api.GET('/api/2.0/mlflow/registered-models/get', { params: { query: { name } } }),
      );
      expect(registered_model!.aliases).toEqual([{ alias: 'champion', version: '2' }]);
      expect((await getVersion(wire(), name, '2')).aliases).toEqual(['champion']);
      expect((await getVersion(wire(), name, '1')).aliases ?? []).toEqual([]);
    });

    test('an alias is removed; its removal twice is accepted', async () => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      await ok(set(name, 'champion', '1'));
      await ok(remove(name, 'champion'));
      await ok(remove(name, 'champion'));
      expect(await refused(get(name, 'champion'))).toMatchObject({ status: 400 });
    });

    test('an unknown alias is 400 INVALID_PARAMETER_VALUE, not 404', async () => {
      const name = await newModel(wire());
      expect(await refused(get(name, 'nope'))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });

    test('an alias of an unknown version is 404', async () => {
      const name = await newModel(wire());
      expect(await refused(set(name, 'champion', '9'))).toMatchObject({
        status: 404,
        code: 'RESOURCE_DOES_NOT_EXIST',
      });
    });

    test.each(['latest', 'v1', 'V12', '', 'x'.repeat(256)])('the alias "%s" is 400', async (alias) => {
      const name = await newModel(wire());
      await newVersion(wire(), name);
      expect(await refused(set(name, alias, '1'))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });

    test('a deleted version takes its alias along', async () => {
      const { api } = wire();
      const name = await newModel(wire());
      await newVersion(wire(), name);
      await ok(set(name, 'champion', '1'));
      await ok(api.DELETE('/api/2.0/mlflow/model-versions/delete', { body: { name, version: '1' } }));
      expect(await refused(get(name, 'champion'))).toMatchObject({ status: expected('aliasOfDeleted') });
    });
  });
}
