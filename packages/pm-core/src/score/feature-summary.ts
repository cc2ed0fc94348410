import { z } from 'zod';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { sortFloats } from '../sort-floats.ts';

/** Shares of the rows at or below each quantile, least and greatest value included. */
export const QUANTILE_LEVELS = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const;

/** Where a feature's values lay in training: what a later table is held against. */
export const FeatureSummary = z.strictObject({
  nullFraction: z.number().min(0).max(1),
  /** One a level of {@link QUANTILE_LEVELS}, each a value that occurs (nearest rank, −0 as 0); empty where all are null. */
  quantiles: z.array(z.number()),
});
export type FeatureSummary = z.infer<typeof FeatureSummary>;

/** A summary of each feature by name. */
export function summarizeFeatures(matrix: FeatureMatrix): Record<string, FeatureSummary> {
  return Object.fromEntries(
    matrix.featureNames.map((name, index) => [name, summarize(matrix.columns[index])]),
  );
}

function summarize(column: Float32Array): FeatureSummary {
  const sorted = sortFloats(column);
  const last = sorted.findLastIndex((value) => !Number.isNaN(value));
  const quantiles = last < 0 ? [] : QUANTILE_LEVELS.map((level) => sorted[Math.round(level * last)] + 0);
  return { nullFraction: column.length === 0 ? 0 : 1 - (last + 1) / column.length, quantiles };
}
