import { describe, expect, it } from 'vitest';
import { alertEpisodes, changedShare, compareEpisodes } from '../alerts/index.ts';
import { parseConfig } from '../config.ts';
import {
  confusionByGroup,
  figureOfTotals,
  type GateCheck,
  type GateEvidence,
  gateChecks,
  macroF1OfTotals,
  type PairedDifference,
  pairedBootstrap,
} from './index.ts';

const SPLIT = { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' };
const limitsOf = (gate: object) => ({
  ...parseConfig({ name: 'fleet', split: SPLIT, gate }, 'test').gate,
  minFailuresForVerdict: 20,
});

const difference = (value: number, low: number, high: number): PairedDifference => ({
  candidate: 0.6 + value,
  champion: 0.6,
  difference: value,
  low,
  high,
  groups: 20,
  draws: 1000,
});

const evidence: GateEvidence = {
  signature: { missingInputs: [], otherAnswers: undefined },
  comparison: { kind: 'paired', figure: 'macro F1', rows: 900, difference: difference(0.02, 0.01, 0.03) },
  candidate: {
    recall: { comp1: 0.5, comp2: 0.1, comp3: null },
    failures: { comp1: 30, comp2: 19, comp3: 0 },
    calibrationError: 0.08,
    latencyMsPerRow: 0.5,
  },
  drift: { rows: 100, feature: 'age_years', shift: 0.4 },
  replay: { weeks: 4, episodes: 10, changedShare: 0.3 },
};

function checked(change: Partial<GateEvidence>, gate: object = {}): Record<string, GateCheck> {
  const checks = gateChecks({ ...evidence, ...change }, limitsOf(gate));
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}
const macroF1 = (value: number, low: number, high: number, gate = {}) =>
  checked(
    {
      comparison: { kind: 'paired', figure: 'macro F1', rows: 900, difference: difference(value, low, high) },
    },
    gate,
  )['macro F1']!;

describe('the checks of the gate', () => {
  it('ask for the signature and for macro F1, and for nothing else by default', () => {
    const verdicts = Object.values(checked({})).map(({ name, verdict, stops }) => [name, verdict, stops]);
    expect(verdicts).toEqual([
      ['signature', 'passed', false],
      ['macro F1', 'passed', false],
      ['cost', 'not asked', false],
      ['calibration error', 'not asked', false],
      ['drift', 'not asked', false],
      ['latency', 'not asked', false],
      ['replay', 'not asked', false],
    ]);
  });

  it('let a tie pass, refuse what is worse, and what may be worse by more than the limit', () => {
    expect(macroF1(0, 0, 0)).toMatchObject({
      verdict: 'passed',
      sentence: expect.stringMatching(/^it is not worse/),
    });
    expect(macroF1(0.02, 0.01, 0.03).sentence).toMatch(/^it is better: macro F1 0.6200 against 0.6000/);
    expect(macroF1(0.01, -0.049, 0.06).verdict).toBe('passed');
    expect(macroF1(0.01, -0.051, 0.06)).toMatchObject({
      verdict: 'failed',
      stops: true,
      sentence: expect.stringMatching(/^it is not known to be as good.*must not go below −0.0500/),
    });
    expect(macroF1(-0.001, -0.002, 0.01)).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringMatching(/^it is worse/),
    });
    expect(macroF1(0.01, -0.051, 0.06, { maxLoss: 0.1 }).stops).toBe(false);
    expect(macroF1(-0.5, -0.6, -0.4, { maxLoss: 'off' })).toMatchObject({
      verdict: 'not asked',
      stops: false,
    });
  });

  it('refuse where nothing can be compared, saying why', () => {
    const none = checked({
      comparison: { kind: 'none', figure: 'macro F1', reason: 'there is no test row' },
    })['macro F1'];
    expect(none).toMatchObject({
      verdict: 'not enough evidence',
      stops: true,
      sentence: 'there is no test row',
    });
    const empty = checked({
      comparison: { kind: 'paired', figure: 'macro F1', rows: 9, difference: undefined },
    })['macro F1'];
    expect(empty).toMatchObject({ verdict: 'not enough evidence', stops: true });
  });

  it('hold logged figures against each other where rows cannot be shared, marked as not paired', () => {
    const logged = (candidate: number) =>
      checked({
        comparison: { kind: 'logged', figure: 'macro F1', reason: 'of it', candidate, champion: 0.6 },
      })['macro F1']!;
    expect(logged(0.6)).toMatchObject({ verdict: 'passed', figures: { paired: 'no' } });
    expect(logged(0.59)).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('not paired'),
    });
  });

  it('hold recall against its limit only where there are failures enough', () => {
    const gate = { minRecall: { comp1: 0.5, comp2: 0.5, comp3: 0.5 } };
    expect(checked({}, gate)).toMatchObject({
      'recall of comp1': { verdict: 'passed', stops: false },
      'recall of comp2': { verdict: 'not enough evidence', stops: false },
      'recall of comp3': { verdict: 'not enough evidence', stops: false },
    });
    expect(checked({}, { minRecall: { comp1: 0.51 } })['recall of comp1']).toMatchObject({
      verdict: 'failed',
      stops: true,
    });
  });

  it.each([
    ['calibration error', 'maxCalibrationError', 0.08],
    ['drift', 'maxDrift', 0.4],
    ['latency', 'maxLatencyMsPerRow', 0.5],
    ['replay', 'maxChangedAlerts', 0.3],
  ])('let %s be as great as its limit and no greater', (name, key, value) => {
    expect(checked({}, { [key]: value })[name]).toMatchObject({ verdict: 'passed', limit: value });
    expect(checked({}, { [key]: value * 0.99 })[name]).toMatchObject({ verdict: 'failed', stops: true });
    const unmeasured = { candidate: undefined, drift: undefined, replay: undefined };
    expect(checked(unmeasured, { [key]: value })[name]).toMatchObject({
      verdict: 'not enough evidence',
      stops: false,
    });
  });

  it('tell a difference with its interval, and whether machines or rows were drawn', () => {
    const byMachine = macroF1(0.02, -0.01, 0.03).sentence;
    expect(byMachine).toContain('(difference +0.0200; −0.0100 to +0.0300 in 1,000 draws of 20 machines)');
    const found = { ...difference(0.02, 0.01, 0.03), groups: 1299 };
    const paired = { kind: 'paired', figure: 'ROC AUC', rows: 1299, difference: found } as const;
    const byRow = checked({ comparison: paired })['ROC AUC']!.sentence;
    expect(byRow).toMatch(/on the same 1,299 rows .* draws of 1,299 rows\)$/);
    const cost = { ...difference(-40, -60.5, 5), candidate: 60, champion: 100 };
    expect(checked({ cost }).cost!.sentence).toBe(
      "acting on its alerts costs 60.0 against 100.0 in the unit of the workflow's costs (difference −40.0; −60.5 to +5.0 in 1,000 draws of 20 machines)",
    );
  });

  it('let costs rise by the share that is allowed, and ask none of versions without thresholds', () => {
    const cost = { ...difference(0, -1, 1), candidate: 110, champion: 100, difference: 10 };
    const allowed = (maxCostIncrease: number) => checked({ cost }, { maxCostIncrease }).cost;
    expect(allowed(0.11)).toMatchObject({ verdict: 'passed', stops: false });
    expect(allowed(0.09)).toMatchObject({ verdict: 'failed', stops: true });
    expect(checked({}, { maxCostIncrease: 0 }).cost).toMatchObject({
      verdict: 'not enough evidence',
      stops: false,
    });
  });

  it('refuse a candidate that what scores today cannot score with', () => {
    const signature = { missingInputs: ['volt_mean_48h'], otherAnswers: undefined };
    expect(checked({ signature }).signature).toMatchObject({
      stops: true,
      sentence: 'the rows to score have no volt_mean_48h',
    });
  });

  it('refuse a candidate with two labels swapped by its alerts, where macro F1 ties', () => {
    // Of each component's failures half are called by their own name, half by the other's.
    const labels = Int32Array.from({ length: 400 }, (_, row) => (row % 10 === 0 ? 1 + ((row / 10) % 2) : 0));
    const champion = labels.map((label, row) => (label === 0 ? 0 : 1 + (Math.floor(row / 20) % 2)));
    const swapped = champion.map((label) => [0, 2, 1][label]!);
    const groups = Array.from(labels, (_, row) => `m${row % 4}`);
    const side = (predicted: Int32Array) =>
      figureOfTotals(
        confusionByGroup({ classes: ['none', 'comp1', 'comp2'], labels, predicted }, groups),
        macroF1OfTotals(3),
      );
    const sides = { groupCount: 4, champion: side(champion), candidate: side(swapped) };
    const macroF1 = pairedBootstrap({ ...sides, ...limitsOf({}) })!;
    const episodes = (predicted: Int32Array) =>
      alertEpisodes(
        groups.flatMap((machineId, row) =>
          predicted[row] === 0
            ? []
            : [{ machineId, component: `comp${predicted[row]}`, atMs: row * 3_600_000 }],
        ),
        [],
      );
    const changes = compareEpisodes(episodes(champion), episodes(swapped));
    const replay = { weeks: 4, episodes: changes.length, changedShare: changedShare(changes) };
    const found = checked(
      { comparison: { kind: 'paired', figure: 'macro F1', rows: 400, difference: macroF1 }, replay },
      { maxChangedAlerts: 0.5 },
    );
    expect(macroF1).toMatchObject({ difference: 0, low: 0, high: 0 });
    expect(found['macro F1']!.verdict).toBe('passed');
    expect(found.replay).toMatchObject({ verdict: 'failed', stops: true });
  });
});
