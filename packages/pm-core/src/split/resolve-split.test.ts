import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import { formatTimestamp } from '../time.ts';
import type { LabelCount } from './label-counts.ts';
import { resolveSplit, type Split, type SplitConfig } from './resolve-split.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2015, 0, 1, 6);
const day = (days: number): string => formatTimestamp(START + days * 24 * HOUR);

const configured = (trainUntil: string, testFrom: string, predictionWindowHours = 168): SplitConfig => ({
  split: { trainUntil, testFrom },
  predictionWindowHours,
  features: { tumblingWindowHours: 12 },
});

/** Ten rows at every T of a number of days, one of which has the label that `labelOf` says for it. */
const counts = (days: number, labelOf: (day: number) => number): LabelCount[] =>
  Array.from({ length: 2 * days + 1 }, (_, i) => i / 2).flatMap((at) => {
    const label = labelOf(at);
    const none = { windowEnd: day(at), label: 0, rows: label === 0 ? 10 : 9 };
    return label === 0 ? [none] : [none, { windowEnd: day(at), label, rows: 1 }];
  });

const refusal = (config: SplitConfig, rows: readonly LabelCount[]): UserError => {
  try {
    resolveSplit(config, rows);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('the split was not refused');
};

describe('the time split', () => {
  const eachWeek = (at: number) => (at % 7 === 3 ? 1 + (at % 4) : 0);

  it('is the configured one where both parts have rows and failures', () => {
    const split = resolveSplit(configured(day(50), day(57)), counts(90, eachWeek));
    expect(split).toEqual({
      trainUntil: day(50),
      testFrom: day(57),
      source: 'config',
      reason: 'as configured',
      train: { rows: 1010, failureRows: 7 },
      test: { rows: 670, failureRows: 5 },
    });
  });

  it.each([
    ['no labelled row from testFrom', configured(day(100), day(107)), eachWeek],
    ['no labelled row up to trainUntil', configured(day(-20), day(10)), eachWeek],
    [
      'no failure in the 670 rows from testFrom',
      configured(day(50), day(57)),
      (at: number) => (at === 3 ? 1 : 0),
    ],
    [
      'no failure in the 1010 rows up to trainUntil',
      configured(day(50), day(57)),
      (at: number) => (at === 58.5 || at === 58 ? 2 : 0),
    ],
  ])('says that there is %s, and falls back to 65 %% of the labelled span', (reason, config, labelOf) => {
    const split = resolveSplit(config, counts(90, labelOf));
    expect(split).toMatchObject({ trainUntil: day(58.5), testFrom: day(65.5), source: 'fallback' });
    expect(split.reason).toContain(reason);
    expect(split.reason).toContain(`the first 65 % of ${day(0)} to ${day(90)} train`);
  });

  it('refuses a gap that is an hour shorter than the prediction window', () => {
    const error = refusal(
      configured(day(50), formatTimestamp(START + (57 * 24 - 1) * HOUR)),
      counts(90, eachWeek),
    );
    expect(error.code).toBe('gap-too-small');
    expect(error.message).toContain('167 h, less than the prediction window of 168 h');
    expect(error.next).toContain(day(57));
  });

  it.each([
    ['no-labelled-rows', [], /no row has a label: .* 168 h/],
    [
      'no-failure-in-training',
      counts(90, (at) => (at > 80 ? 1 : 0)),
      /none of the 1180 training rows from 2015-01-01T06:00:00 to 2015-02-28T18:00:00/,
    ],
    [
      'one-class-only',
      counts(90, () => 3).filter(({ label }) => label === 3),
      /all 118 training rows .* have the label 3/,
    ],
    [
      'empty-test',
      counts(18, eachWeek),
      /from 2015-01-01T06:00:00 to 2015-01-19T06:00:00 .* up to 2015-01-12T18:00:00 and a gap of 168 h/,
    ],
  ])('refuses %s, naming dates and counts', (code, rows, message) => {
    const error = refusal(configured(day(200), day(207)), rows);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.next).toBeDefined();
  });

  it('equals its definition on any rows and any configured dates', () => {
    fc.assert(
      fc.property(labelledRows, configuredDates, (rows, config) => {
        expect(outcome(() => resolveSplit(config, countsOf(rows)))).toEqual(splitByDefinition(config, rows));
      }),
      { numRuns: 2000 },
    );
  });

  it('never lets a training label see the test part', () => {
    fc.assert(
      fc.property(labelledRows, configuredDates, (rows, config) => {
        const split = outcome(() => resolveSplit(config, countsOf(rows)));
        if (typeof split === 'string') return;
        const gapHours = (Date.parse(`${split.testFrom}Z`) - Date.parse(`${split.trainUntil}Z`)) / HOUR;
        expect(gapHours).toBeGreaterThanOrEqual(config.predictionWindowHours);
      }),
    );
  });
});

type LabelledRow = { windowEnd: number; label: number };

const labelledRows = fc.array(
  fc.record({
    windowEnd: fc.integer({ min: 0, max: 120 }).map((step) => START + step * 12 * HOUR),
    label: fc.constantFrom(0, 0, 0, 1, 4),
  }),
  { maxLength: 60 },
);
const configuredDates = fc
  .record({
    train: fc.integer({ min: -5, max: 80 }),
    gapHours: fc.integer({ min: 0, max: 400 }),
    window: fc.constantFrom(24, 84, 168, 30),
  })
  .map(({ train, gapHours, window }) =>
    configured(day(train), formatTimestamp(START + (train * 24 + gapHours) * HOUR), window),
  );

const countsOf = (rows: readonly LabelledRow[]): LabelCount[] => {
  const byKey = Map.groupBy(rows, (row) => `${formatTimestamp(row.windowEnd)} ${row.label}`);
  return [...byKey.keys()]
    .sort()
    .map((key) => byKey.get(key)!)
    .map((same) => ({
      windowEnd: formatTimestamp(same[0]!.windowEnd),
      label: same[0]!.label,
      rows: same.length,
    }));
};

type Outcome = Pick<Split, 'trainUntil' | 'testFrom' | 'source' | 'train' | 'test'>;

function outcome(resolve: () => Split): Outcome | string {
  try {
    const { reason: _, ...split } = resolve();
    return split;
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

/** The slow twin: rows, not counts, and the rules one after another. */
function splitByDefinition(config: SplitConfig, rows: readonly LabelledRow[]): Outcome | string {
  const windowMs = config.predictionWindowHours * HOUR;
  const parts = (until: number, from: number) => {
    const [train, test] = [rows.filter((r) => r.windowEnd <= until), rows.filter((r) => r.windowEnd >= from)];
    const failures = (part: readonly LabelledRow[]) => part.filter((r) => r.label !== 0).length;
    return {
      train: { rows: train.length, failureRows: failures(train) },
      test: { rows: test.length, failureRows: failures(test) },
      classes: new Set(train.map((r) => r.label)).size,
    };
  };
  const until = Date.parse(`${config.split.trainUntil}Z`);
  const from = Date.parse(`${config.split.testFrom}Z`);
  if (from - until < windowMs) return 'gap-too-small';
  if (rows.length === 0) return 'no-labelled-rows';
  const asConfigured = parts(until, from);
  if (asConfigured.train.failureRows > 0 && asConfigured.test.failureRows > 0) {
    const { classes, ...summaries } = asConfigured;
    return classes === 1 ? 'one-class-only' : { ...config.split, source: 'config', ...summaries };
  }
  const instants = rows.map((r) => r.windowEnd).sort((a, b) => a - b);
  let trainUntil = instants[0]!;
  while (20 * (trainUntil + 12 * HOUR - instants[0]!) <= 13 * (instants.at(-1)! - instants[0]!))
    trainUntil += 12 * HOUR;
  const testFrom = instants.find((instant) => instant - trainUntil >= windowMs);
  if (testFrom === undefined) return 'empty-test';
  const { classes, ...summaries } = parts(trainUntil, testFrom);
  if (summaries.train.failureRows === 0) return 'no-failure-in-training';
  if (classes === 1) return 'one-class-only';
  return {
    trainUntil: formatTimestamp(trainUntil),
    testFrom: formatTimestamp(testFrom),
    source: 'fallback',
    ...summaries,
  };
}
