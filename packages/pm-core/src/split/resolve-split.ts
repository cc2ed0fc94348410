import { type FleetConfig, hoursBetween } from '../config.ts';
import { UserError } from '../errors.ts';
import { formatTimestamp, timestampMs } from '../time.ts';
import type { LabelCount } from './label-counts.ts';

export interface Split {
  /** A row with window_end ≤ trainUntil trains, one with window_end ≥ testFrom tests, one between or without a label does neither. */
  readonly trainUntil: string;
  readonly testFrom: string;
  readonly source: 'config' | 'fallback';
  /** Why this split, as a sentence. */
  readonly reason: string;
  readonly train: PartSummary;
  readonly test: PartSummary;
}

export interface PartSummary {
  readonly rows: number;
  /** Rows with label > 0. */
  readonly failureRows: number;
}

export type SplitConfig = Pick<FleetConfig, 'split' | 'predictionWindowHours'> & {
  features: Pick<FleetConfig['features'], 'tumblingWindowHours'>;
};

const TRAIN_PERCENT = 65;

/**
 * The time split of labelled rows: the configured one where both of its parts have rows and failures. Else, of the span
 * from the first cutoff to the last with a label, train is the first 65 % (cut down to a whole number of tumbling windows
 * from the first cutoff), and test begins at the first labelled cutoff a prediction window or more after trainUntil.
 * A test part without a failure is accepted from the fallback alone: see `test.failureRows`.
 * @throws UserError `gap-too-small`, `no-labelled-rows`, `no-failure-in-training`, `one-class-only`, `empty-test`.
 */
export function resolveSplit(config: SplitConfig, counts: readonly LabelCount[]): Split {
  const { trainUntil, testFrom } = config.split;
  requireGap(config);
  requireRows(config, counts);
  const parts = summaries(counts, trainUntil, testFrom);
  const lacking = shortcoming(parts, trainUntil, testFrom);
  if (lacking === undefined) {
    requireTwoClasses(counts, trainUntil);
    return { trainUntil, testFrom, source: 'config', reason: 'as configured', ...parts };
  }
  return fallback(config, counts, lacking);
}

function fallback(config: SplitConfig, counts: readonly LabelCount[], lacking: string): Split {
  const [first, last] = [counts[0]!.windowEnd, counts.at(-1)!.windowEnd];
  const stepHours = config.features.tumblingWindowHours;
  const steps = Math.floor((hoursBetween(first, last) * TRAIN_PERCENT) / (100 * stepHours));
  const trainUntil = plusHours(first, steps * stepHours);
  const earliestTest = plusHours(trainUntil, config.predictionWindowHours);
  const testFrom = counts.find(({ windowEnd }) => windowEnd >= earliestTest)?.windowEnd;
  if (testFrom === undefined) {
    throw new UserError(
      'empty-test',
      `the labelled rows from ${first} to ${last} are too few for a test part: training up to ${trainUntil} and a gap of ${config.predictionWindowHours} h leave none (${lacking})`,
      { next: `Bring more history: at least ${3 * config.predictionWindowHours} h of labelled rows.` },
    );
  }
  const parts = summaries(counts, trainUntil, testFrom);
  requireFailures(parts.train, first, trainUntil);
  requireTwoClasses(counts, trainUntil);
  const reason = `${lacking}, so the first ${TRAIN_PERCENT} % of ${first} to ${last} train`;
  return { trainUntil, testFrom, source: 'fallback', reason, ...parts };
}

function requireGap({ split: { trainUntil, testFrom }, predictionWindowHours }: SplitConfig): void {
  const gapHours = hoursBetween(trainUntil, testFrom);
  if (gapHours >= predictionWindowHours) return;
  throw new UserError(
    'gap-too-small',
    `from split.trainUntil ${trainUntil} to split.testFrom ${testFrom} are ${gapHours} h, less than the prediction window of ${predictionWindowHours} h: training labels would see failures of the test part`,
    { next: `Set testFrom to ${plusHours(trainUntil, predictionWindowHours)} or later.` },
  );
}

function requireRows(config: SplitConfig, counts: readonly LabelCount[]): void {
  if (counts.length > 0) return;
  throw new UserError(
    'no-labelled-rows',
    `no row has a label: a label needs ${config.predictionWindowHours} h of telemetry after its cutoff`,
    { next: 'Ingest a longer period, or set a smaller predictionWindowHours.' },
  );
}

function requireFailures(train: PartSummary, first: string, trainUntil: string): void {
  if (train.failureRows > 0) return;
  throw new UserError(
    'no-failure-in-training',
    `none of the ${train.rows} training rows from ${first} to ${trainUntil} lies before a failure`,
    { next: 'Ingest failures of this period, or a longer period.' },
  );
}

function requireTwoClasses(counts: readonly LabelCount[], trainUntil: string): void {
  const train = counts.filter(({ windowEnd }) => windowEnd <= trainUntil);
  const labels = new Set(train.map(({ label }) => label));
  if (labels.size > 1) return;
  throw new UserError(
    'one-class-only',
    `all ${total(train)} training rows from ${counts[0]!.windowEnd} to ${trainUntil} have the label ${[...labels].join()}: there is nothing to tell apart`,
    { next: 'Ingest a longer period, or check the failures table.' },
  );
}

function shortcoming(
  { train, test }: { train: PartSummary; test: PartSummary },
  trainUntil: string,
  testFrom: string,
): string | undefined {
  if (train.rows === 0) return `no labelled row up to trainUntil ${trainUntil}`;
  if (train.failureRows === 0) return `no failure in the ${train.rows} rows up to trainUntil ${trainUntil}`;
  if (test.rows === 0) return `no labelled row from testFrom ${testFrom}`;
  if (test.failureRows === 0) return `no failure in the ${test.rows} rows from testFrom ${testFrom}`;
  return undefined;
}

const summaries = (counts: readonly LabelCount[], trainUntil: string, testFrom: string) => ({
  train: summary(counts.filter(({ windowEnd }) => windowEnd <= trainUntil)),
  test: summary(counts.filter(({ windowEnd }) => windowEnd >= testFrom)),
});

const summary = (counts: readonly LabelCount[]): PartSummary => ({
  rows: total(counts),
  failureRows: total(counts.filter(({ label }) => label > 0)),
});

const total = (counts: readonly LabelCount[]): number => counts.reduce((sum, { rows }) => sum + rows, 0);

const plusHours = (timestamp: string, hours: number): string =>
  formatTimestamp(timestampMs(timestamp) + hours * 3_600_000);
