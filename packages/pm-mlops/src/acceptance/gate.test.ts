import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelVersion } from '../mlflow/model-version.ts';
import type { PromotionResult } from '../pipelines/promote.ts';
import { refusal } from './testing/refusal.ts';
import { SMALL_FLEET, smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const STRONG = 'config/strong.yaml';
const WEAK = 'config/weak.yaml';
const STRICT = 'config/strict.yaml';

describe('the gate of a real fleet', () => {
  let place: Workplace;
  beforeAll(async () => {
    const strong = { trees: 40, maxDepth: 10 };
    const weak = { trees: 1, maxDepth: 2 };
    place = createWorkplace({
      strong: { ...smallWorkflow(strong), name: 'fleet' },
      weak: { ...smallWorkflow(weak), name: 'fleet' },
      strict: {
        ...SMALL_FLEET,
        model: weak,
        name: 'fleet',
        gate: { maxLoss: 'off', maxChangedAlerts: 0.1 },
      },
    });
    await place.json('ingest', '--config', STRONG);
    await place.json('train', '--config', STRONG);
    await place.json('promote', '--config', STRONG);
    await place.json('train', '--config', WEAK);
  }, 60_000);
  afterAll(() => place.remove());

  const promote = (config: string, ...words: string[]) =>
    place.json<PromotionResult>('promote', '--config', config, ...words);
  const version = async (number: string) => {
    const { versions } = await place.json<{ versions: ModelVersion[] }>('models', 'list', '--config', STRONG);
    return versions.find((one) => one.version === number)!;
  };
  const macroF1Of = (checks: PromotionResult['checks']) =>
    checks.find(({ name }) => name === 'macro F1')!.figures;
  let championF1: number;
  const evidence = () =>
    place.files('mlartifacts').filter((name) => /gate\/[^/]+\/verdict\.json$/.test(name));

  it('says in a dry run what it would say, which alerts would change, and leaves no trace', async () => {
    const before = [await version('2'), evidence()];
    const { code, out } = await place.pm('promote', '--config', WEAK, '--dry-run');
    expect(code).toBe(3);
    expect(out).toMatch(
      /^Kept version 1 in Production, not version 2: it is worse: macro F1 0\.\d+ against 0\.\d+/,
    );
    expect(out).toMatch(
      /The last 4 weeks \([\d,]+ rows\) with both versions: \d+ alert episodes, \d+ of them change/,
    );
    expect(out).toMatch(/^component +kept +moved +added +dropped$/m);
    const { replay } = await promote(WEAK, '--dry-run');
    const dropped = replay!.episodes.filter(({ change }) => change === 'dropped');
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.length).toBe(
      Object.values(replay!.byComponent).reduce((sum, counts) => sum + counts.dropped, 0),
    );
    expect([await version('2'), evidence()]).toEqual(before);
  });

  it('holds alerts against a limit where one is set', async () => {
    const { promote: said, reason, checks } = await promote(STRICT, '--dry-run');
    expect(said).toBe(false);
    expect(reason).toMatch(/^the share of changed alert episodes is 0\.\d+, at most 0\.1 is asked for$/);
    expect(checks.find(({ name }) => name === 'macro F1')).toMatchObject({ verdict: 'not asked' });
    expect(checks.find(({ name }) => name === 'cost')!.figures).toMatchObject({ groups: 20, draws: 1000 });
  });

  it('refuses the worse candidate, and says why in tags, description, JSON and a page', async () => {
    const { code, out } = await place.pm('promote', '--config', WEAK, '--json');
    const refused = JSON.parse(out) as PromotionResult;
    expect([code, refused]).toEqual([3, expect.objectContaining({ moved: false, keptVersion: '1' })]);
    const kept = await version('2');
    expect(kept.stage).toBe('Staging');
    expect(kept.tags).toMatchObject({
      'pm.gate': 'kept',
      'pm.gate_reason': refused.reason,
      'pm.gate_by': 'planner',
    });
    expect(kept.description).toContain('Which component fails');
    expect(kept.description).toContain(`planner: kept. ${refused.reason}.`);
    const [runId, folder] = /^runs:\/(\w+)\/(.+)$/.exec(kept.tags['pm.gate_evidence']!)!.slice(1);
    const verdict = evidence().find((name) => name.includes(`${runId}/artifacts/${folder}/`))!;
    const file = (name: string) => readFileSync(place.path('mlartifacts', name), 'utf8');
    expect(JSON.parse(file(verdict))).toMatchObject({ promote: false, checks: refused.checks });
    expect(file(verdict.replace('verdict.json', 'report.html'))).toContain('Refused: it is worse');
  });

  it('goes ahead against its own word only with a reason, and leaves a trace', async () => {
    const { message } = await refusal(place, ['promote', '--config', WEAK, '--force'], 2);
    expect(message).toContain('--reason TEXT');
    await refusal(place, ['promote', '--config', WEAK, '--force', '--reason', ' '], 2);
    expect((await version('1')).stage).toBe('Production');

    const forced = await promote(WEAK, '--force', '--reason', 'broken sensor in the test rows');
    expect(forced).toMatchObject({ promote: true, forced: true, moved: true, keptVersion: '2' });
    const { stage, tags, description } = await version('2');
    expect([stage, tags['pm.gate'], tags['pm.gate_note']]).toEqual([
      'Production',
      'forced',
      'broken sensor in the test rows',
    ]);
    expect(description.match(/\*\*Gate\*\*/g)).toHaveLength(1);
    expect(description).toContain('forced (broken sensor in the test rows), although it is worse');
    expect(evidence()).toHaveLength(3);
  });

  it('lets a better one replace the champion, the old one archived', async () => {
    const { moved, reason, checks } = await promote(STRONG, '--version', '1');
    expect(moved).toBe(true);
    expect(reason).toMatch(
      /^it is better: macro F1 .* on the same [\d,]+ rows \(difference \+0\.\d+; .* in 1,000 draws of 20 machines/,
    );
    expect(checks.every(({ stops }) => !stops)).toBe(true);
    expect([(await version('1')).stage, (await version('2')).stage]).toEqual(['Production', 'Archived']);
    championF1 = macroF1Of(checks).candidate as number;
  });

  it('leaves a version that holds the stage as it is, with the verdict that brought it there', async () => {
    const before = await version('1');
    const { code, out } = await place.pm('promote', '--config', STRONG, '--version', '1');
    expect([code, out.trim()]).toEqual([0, 'Nothing to do: version 1 is in Production already.']);
    expect([await version('1'), evidence()]).toEqual([before, expect.objectContaining({ length: 4 })]);
  });

  it('puts a champion with other features to the same rows by its own columns', async () => {
    place.writeWorkflow('long', {
      ...smallWorkflow({ trees: 20, maxDepth: 10 }),
      name: 'fleet',
      features: { lookbackHours: [48] },
    });
    await place.json('train', '--config', 'config/long.yaml');
    const { checks } = await promote('config/long.yaml', '--dry-run');
    expect(macroF1Of(checks)).toMatchObject({ paired: 'yes', groups: 20, champion: championF1 });
    const other = await promote(STRONG, '--version', '3', '--dry-run');
    expect(other.checks.find(({ name }) => name === 'signature')).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('the rows to score have no volt_mean_48h'),
    });
  });
});
