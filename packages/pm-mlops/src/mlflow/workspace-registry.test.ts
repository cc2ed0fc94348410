import { afterEach, describe, expect, test } from 'vitest';
import { type FakeWorkspace, startFakeWorkspace } from '../databricks/testing/fake-workspace/index.ts';
import { createModelVersion, modelVersions } from './model-versions.ts';
import { ensureRegisteredModel, findRegisteredModel } from './registered-models.ts';
import { hasLoggedModels } from './server-features.ts';
import { moveToStage } from './stages.ts';
import { openTracking } from './tracking.ts';

const name = 'pumps';
const move = { action: 'move', by: 'ada', at: new Date(0), why: 'test' } as const;

describe('the registry of a workspace', () => {
  let workspace: FakeWorkspace;
  afterEach(() => workspace.close());
  const open = async (lackingAnswer: 'json' | 'text' | 'page' | 'unimplemented', lacks = /^$/) => {
    workspace = await startFakeWorkspace({ lackingAnswer, lacks });
    const { host: DATABRICKS_HOST, token: DATABRICKS_TOKEN } = workspace;
    const environment = { MLFLOW_TRACKING_URI: 'databricks', DATABRICKS_HOST, DATABRICKS_TOKEN };
    return (await openTracking({ environment, cwd: '.', homeDirectory: '/none' })).client;
  };
  const asked = (path: string) => workspace.requests.filter((request) => request.path.endsWith(path)).length;

  test.each(['json', 'text', 'page', 'unimplemented'] as const)(
    'is spoken to in its own names where it has no others, said as %s, and asked for the others once',
    async (lackingAnswer) => {
      const lacks = /\/2\.0\/mlflow\/(registered-models\/(get|alias)|model-versions\/transition-stage)/;
      const client = await open(lackingAnswer, lacks);
      expect(await hasLoggedModels(client)).toBe(false);
      await ensureRegisteredModel(client, name);
      for (const source of ['dbfs:/a', 'dbfs:/b']) {
        const { version } = await createModelVersion(client, { modelName: name, source });
        await moveToStage(client, name, version, 'Production', move);
      }
      const stages = (await modelVersions(client, name)).map(({ version, stage }) => `${version} ${stage}`);
      expect(stages.sort()).toEqual(['1 Archived', '2 Production']);
      expect((await findRegisteredModel(client, name))?.name).toBe(name);
      expect(await findRegisteredModel(client, 'none')).toBeUndefined();
      expect([
        asked('2.0/mlflow/registered-models/get'),
        asked('2.0/mlflow/model-versions/transition-stage'),
      ]).toEqual([1, 1]);
    },
  );

  test("is spoken to in MLflow's names where it has them", async () => {
    const client = await open('json');
    await ensureRegisteredModel(client, name);
    expect((await findRegisteredModel(client, name))?.name).toBe(name);
    expect(asked('databricks/registered-models/get')).toBe(0);
  });
});
