import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../mlflow/ledger-entry.ts';
import type { ModelComparison, Rollback, StagesAt } from '../pipelines/lifecycle/index.ts';
import { registered } from './testing/documents.ts';
import { refusal } from './testing/refusal.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/good.yaml'];
const WORSE = ['--config', 'config/worse.yaml'];

describe('the life of two versions', () => {
  let place: Workplace;
  let beforeAnything: string;
  /** When version 1 alone was in Production. */
  let between: string;
  const now = () => new Date().toISOString().slice(0, 19);
  /** `pm models at` tells whole seconds. */
  const untilNextSecond = () => new Promise((resolve) => setTimeout(resolve, 1100));

  beforeAll(async () => {
    place = createWorkplace({
      good: { ...smallWorkflow({ trees: 40, maxDepth: 10 }), name: 'fleet' },
      worse: { ...smallWorkflow({ trees: 1, maxDepth: 2 }), name: 'fleet' },
    });
    beforeAnything = now();
    await place.json('ingest', ...CONFIG);
    await place.json('train', ...CONFIG);
    await place.json('promote', ...CONFIG);
    await untilNextSecond();
    between = now();
    await untilNextSecond();
    await place.json('train', ...WORSE);
    await place.json('promote', '--force', '--reason', 'new sensors', ...WORSE);
  }, 60_000);
  afterAll(() => place.remove());

  const movesOf = async (version: string) =>
    (await place.json<{ moves: LedgerEntry[] }>('models', 'show', `models:/fleet/${version}`)).moves;
  const standing = async (date: string, ...words: string[]) => {
    const { standings } = await place.json<StagesAt>('models', 'at', date, ...words, ...CONFIG);
    return standings.map(({ version, stage }) => `${version} ${stage}`);
  };

  it('is told by the ledger: who, when, from where to where, why, and on which evidence', async () => {
    const [trained, forced, ...more] = await movesOf('2');
    expect(more).toEqual([]);
    expect(trained).toMatchObject({ by: 'planner', action: 'train', from: 'None', to: 'Staging' });
    expect(forced).toMatchObject({
      by: 'planner',
      action: 'force',
      from: 'Staging',
      to: 'Production',
      why: expect.stringMatching(/^forced \(new sensors\), although it is worse: macro F1/),
      evidence: expect.stringMatching(/^runs:\/\w+\/gate\//),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await movesOf('1')).map(({ action, to }) => `${action} ${to}`)).toEqual([
      'train Staging',
      'promote Production',
      'archive Archived',
    ]);
    const { out } = await place.pm('models', 'show', 'models:/fleet/1', ...CONFIG);
    expect(out).toMatch(/planner +archive +Production +Archived +version 2 came to Production/);
    expect(out).not.toContain('pm.ledger.');
  });

  it('stands where it stood, at any time', async () => {
    expect(await standing(beforeAnything)).toEqual([]);
    expect(await standing(between)).toEqual(['1 Production']);
    expect(await standing('2100-01-01')).toEqual(['2 Production', '1 Archived']);
    expect(await standing(between, '--stage', 'Staging')).toEqual([]);
    const { out } = await place.pm('models', 'at', between, '--stage', 'Archived', ...CONFIG);
    expect(out).toBe(`No version of fleet stood in Archived at ${between}Z.\n`);
  });

  it('lies side by side: facts, params, metrics, and both on the same rows', async () => {
    const words = ['models', 'compare', 'models:/fleet/1', 'Production', ...CONFIG];
    const { first, second, paired } = await place.json<ModelComparison>(...words);
    expect([first.version, second.version, second.aliases]).toEqual(['1', '2', ['champion']]);
    expect(first.features).toHaveLength(second.features!.length);
    expect(first.datasets.training).toBe(second.datasets.training);
    expect(first.modelDigest).not.toBe(second.modelDigest);
    const figures =
      paired.kind === 'weighed' ? paired.checks.find(({ name }) => name === 'macro F1') : paired;
    expect(figures).toMatchObject({ verdict: 'failed', figures: { paired: 'yes', groups: 20 } });
    const { code, out } = await place.pm(...words);
    expect(code).toBe(0);
    expect(out).toMatch(/^param model\.trees +40 +1$/m);
    expect(out).toMatch(/^test_macro_f1 +0\.\d+ +0\.\d+$/m);
    expect(out).toMatch(/^ {2}macro F1: failed; it is worse: /m);
  });

  it('compares what can be compared where there are no rows', async () => {
    const words = ['models', 'compare', '1', '2', '--lake', 'elsewhere', ...CONFIG];
    const { paired } = await place.json<ModelComparison>(...words);
    expect(paired).toMatchObject({ kind: 'none', reason: expect.stringMatching(/no rows in .*elsewhere/) });
  });

  it('names the workflow file to compare with where that of another workflow was given', async () => {
    place.writeWorkflow('other', { ...smallWorkflow({ trees: 1, maxDepth: 2 }), name: 'other' });
    const words = [
      'models',
      'compare',
      'models:/fleet/1',
      'models:/fleet/2',
      '--config',
      'config/other.yaml',
    ];
    const { paired } = await place.json<ModelComparison>(...words);
    const reason =
      'Both are models of fleet, not of other: name its workflow file, --config config/fleet.yaml.';
    expect(paired).toEqual({ kind: 'none', reason });
  });

  it('goes back in one step, if the version still works', async () => {
    const models = place.files('mlartifacts').filter((name) => name.endsWith('/model.onnx'));
    const kept = models.map((name) => readFileSync(place.path('mlartifacts', name)));
    expect(models.length).toBeGreaterThan(1);
    for (const name of models) writeFileSync(place.path('mlartifacts', name), 'spoilt');
    await refusal(place, ['models', 'rollback', ...CONFIG]);
    expect(await registered(place)).toEqual({ 1: 'Archived', 2: 'Production champion' });
    models.forEach((name, n) => {
      writeFileSync(place.path('mlartifacts', name), kept[n]!);
    });

    const words = ['models', 'rollback', '--reason', 'false alarms', ...CONFIG];
    expect(await place.json<Rollback>(...words)).toMatchObject({ version: '1', replacedVersion: '2' });
    expect(await registered(place)).toEqual({ 1: 'Production champion', 2: 'Archived' });
    expect((await movesOf('1')).at(-1)).toMatchObject({
      action: 'rollback',
      why: 'false alarms; back from version 2',
    });
  });

  it('does not go forward by going back twice', async () => {
    const { code, next } = await refusal(place, ['models', 'rollback', ...CONFIG]);
    expect([code, next]).toEqual(['no-previous-version', expect.stringContaining('pm promote --version N')]);
    expect(await registered(place)).toEqual({ 1: 'Production champion', 2: 'Archived' });
  });
});
