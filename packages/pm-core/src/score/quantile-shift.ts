import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { type FeatureSummary, QUANTILE_LEVELS, summarizeFeatures } from './feature-summary.ts';

/** Where a feature's values lie, in units of training: 0 is its 5 % quantile there, 1 its 95 % quantile. */
export interface QuantileShift {
  readonly feature: string;
  /** The median of the training rows. */
  readonly trainMedian: number;
  /** Quantiles of the test rows. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** The greatest distance between a quantile in training and in test. */
  readonly shift: number;
  readonly trainNullFraction: number;
  readonly testNullFraction: number;
}

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/**
 * How far the quantiles (5, 25, 50, 75, 95 %) of each feature moved between training and test, the greatest shift first.
 * It describes, it does not test. A feature without spread between 5 and 95 % of training, or without values, has no shift.
 */
export function quantileShifts(
  training: Readonly<Record<string, FeatureSummary>>,
  test: FeatureMatrix,
): QuantileShift[] {
  const tested = summarizeFeatures(test);
  return test.featureNames
    .flatMap((feature) => shiftOf(feature, training[feature], tested[feature]!))
    .sort((a, b) => b.shift - a.shift);
}

function shiftOf(
  feature: string,
  training: FeatureSummary | undefined,
  test: FeatureSummary,
): QuantileShift[] {
  if (training === undefined || training.quantiles.length === 0 || test.quantiles.length === 0) return [];
  const [was, is] = [training, test].map(({ quantiles }) =>
    LEVELS.map((level) => quantiles[QUANTILE_LEVELS.indexOf(level)]!),
  ) as [number[], number[]];
  const span = was[4]! - was[0]!;
  if (!(span > 0)) return [];
  const scaled = (value: number) => (value - was[0]!) / span;
  return [
    {
      feature,
      trainMedian: scaled(was[2]!),
      low: scaled(is[0]!),
      median: scaled(is[2]!),
      high: scaled(is[4]!),
      shift: Math.max(...LEVELS.map((_, i) => Math.abs(is[i]! - was[i]!) / span)),
      trainNullFraction: training.nullFraction,
      testNullFraction: test.nullFraction,
    },
  ];
}
