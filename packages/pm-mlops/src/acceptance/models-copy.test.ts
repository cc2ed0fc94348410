import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWorkspace, startFakeWorkspace } from '../databricks/testing/fake-workspace/index.ts';
import { experimentIdByName } from '../mlflow/experiments.ts';
import { logModelDirectory } from '../mlflow/log-model.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { createModelVersion } from '../mlflow/model-versions.ts';
import { ensureRegisteredModel } from '../mlflow/registered-models.ts';
import { createRun } from '../mlflow/runs.ts';
import { moveToStage } from '../mlflow/stages.ts';
import { openTracking } from '../mlflow/tracking.ts';
import type { CopiedVersion } from '../pipelines/transfer/index.ts';
import { registered } from './testing/documents.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const EXPERIMENT = '/Shared/pumps';
const NAME = 'main.default.pumps';

/** A registry, and what leads to it: a person works at the staging one and names the other. */
interface Pair {
  readonly from: Record<string, string>;
  readonly to: string;
  readonly words: readonly string[];
  /** Aliases of the copy; a workspace's own registry has none. */
  readonly aliases: readonly string[];
  /** What leads to the other one itself. */
  readonly there: Record<string, string>;
}

describe('pm models copy', () => {
  let staging: FakeWorkspace;
  let prod: FakeWorkspace;
  let place: Workplace;
  let pairs: Readonly<Record<string, Pair>>;
  beforeEach(async () => {
    [staging, prod] = await Promise.all([startFakeWorkspace(), startFakeWorkspace()]);
    place = createWorkplace({});
    writeFileSync(
      place.path('.databrickscfg'),
      `[staging]\nhost = ${staging.host}\ntoken = ${staging.token}\n[prod]\nhost = ${prod.host}\ntoken = ${prod.token}\n`,
    );
    const toProd = ['--experiment', EXPERIMENT];
    const prodRegistry = { MLFLOW_TRACKING_URI: 'databricks://prod' };
    const catalog = { ...prodRegistry, MLFLOW_REGISTRY_URI: 'databricks-uc://prod' };
    pairs = {
      'a file to a file': {
        from: {},
        to: 'sqlite:///prod/mlflow.db',
        words: [],
        aliases: ['champion', 'blessed'],
        there: { MLFLOW_TRACKING_URI: `sqlite:///${place.path('prod/mlflow.db')}` },
      },
      'a file to a workspace': {
        from: {},
        to: 'databricks://prod',
        words: toProd,
        aliases: [],
        there: prodRegistry,
      },
      'one workspace to another': {
        from: { MLFLOW_TRACKING_URI: 'databricks://staging', MLFLOW_EXPERIMENT_NAME: EXPERIMENT },
        to: 'databricks://prod',
        words: toProd,
        aliases: [],
        there: prodRegistry,
      },
      'a workspace registry to Unity Catalog': {
        from: { MLFLOW_TRACKING_URI: 'databricks://staging', MLFLOW_EXPERIMENT_NAME: EXPERIMENT },
        to: 'databricks-uc://prod',
        words: [...toProd, '--name', NAME],
        aliases: ['champion', 'blessed'],
        there: catalog,
      },
    };
  });
  afterEach(async () => {
    place.remove();
    await Promise.all([staging.close(), prod.close()]);
  });

  /** Version 1 of pumps in Staging, of two files in two folders. */
  async function registerAt(environment: Record<string, string>): Promise<void> {
    const directory = place.path('model');
    mkdirSync(`${directory}/data`, { recursive: true });
    writeFileSync(
      `${directory}/MLmodel`,
      "flavors: {onnx: {}}\nartifact_path: model\nrun_id: r\nutc_time_created: '2026-01-01'\n",
    );
    writeFileSync(`${directory}/data/model.onnx`, Buffer.alloc(100_000, 'onnx'));
    const { client, close } = await openTracking({
      environment: { ...environment, HOME: place.directory },
      cwd: place.directory,
    });
    const experimentId = await experimentIdByName(client, environment.MLFLOW_EXPERIMENT_NAME ?? 'pumps');
    const run = await createRun(client, { experimentId, startTimeMs: 0, userName: 'ada' });
    const logged = await logModelDirectory(client, run, { name: 'pumps' }, async () => directory);
    await ensureRegisteredModel(client, 'pumps');
    const tags = { 'pm.test_macro_f1': '0.91' };
    await createModelVersion(client, { modelName: 'pumps', ...logged, description: 'First of all.', tags });
    await moveToStage(client, 'pumps', '1', 'Staging', {
      action: 'train',
      by: 'ada',
      at: new Date(),
      why: 'new',
    });
    await close();
  }

  it.each([
    'a file to a file',
    'a file to a workspace',
    'one workspace to another',
    'a workspace registry to Unity Catalog',
  ])(
    'takes a version from %s with equal files and its history in tags; again, it changes nothing',
    async (which) => {
      const { from, to, words, there, aliases } = pairs[which]!;
      await registerAt(from);
      const person = place.inEnvironment(from);
      const copy = (...more: string[]) =>
        person.json<CopiedVersion>('models', 'copy', 'pumps/Staging', '--to', to, ...words, ...more);

      const wanted = ['--stage', 'Production', ...(aliases.length > 0 ? ['--alias', 'blessed'] : [])];
      expect(await copy('--dry-run')).toMatchObject({ state: 'planned', files: 2 });
      const first = await copy(...wanted);
      expect(first).toMatchObject({ state: 'copied', version: '1', files: 2 });
      expect(await copy(...wanted)).toEqual({
        ...first,
        state: 'unchanged',
      });

      const other = place.inEnvironment(there);
      expect(await registered(other)).toEqual({ 1: ['Production', ...aliases].join(' ') });
      const shown = await other.json<ModelVersion>('models', 'show', `models:/${first.modelName}/1`);
      expect(shown).toMatchObject({
        description: 'First of all.',
        tags: {
          'pm.test_macro_f1': '0.91',
          'pm.copied_from': expect.stringContaining('models:/pumps/1'),
          'pm.copied_run': expect.stringMatching(/^[0-9a-f]{32}$/),
          'pm.copied_digest': first.digest,
          'pm.copied_ledger': expect.stringContaining('"to":"Staging"'),
        },
      });
    },
  );

  it('says what is missing where there is no such version, no name of three parts, or no --to', async () => {
    const { to, words } = pairs['a workspace registry to Unity Catalog']!;
    const person = place;
    expect(await person.pm('models', 'copy', 'pumps/7', '--to', to)).toMatchObject({
      code: 1,
      err: expect.stringContaining('points at nothing'),
    });
    expect((await person.pm('models', 'copy', 'pumps/1')).code).toBe(2);
    await registerAt({});
    const unnamed = await person.pm('models', 'copy', 'pumps/1', '--to', to, ...words.slice(0, 2));
    expect([unnamed.code, unnamed.err]).toEqual([1, expect.stringContaining('catalog.schema.model')]);
  });
});
