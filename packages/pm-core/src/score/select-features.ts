import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';

/**
 * The columns that a model wants, in its order; those of the table that it does not want are left out.
 * @param model how the message names the model, such as `predictive-maintenance version 3`.
 * @throws UserError `missing-columns` naming all of them.
 */
export function scoreColumns(
  wanted: readonly string[],
  available: readonly string[],
  model: string,
): readonly string[] {
  const present = new Set(available);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length === 0) return wanted;
  throw new UserError(
    'missing-columns',
    `${model} needs ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.join(', ')}, which the table lacks.`,
    {
      next: 'Compute the features with the configuration that the model was trained with, or name its workflow file with --config.',
    },
  );
}

/**
 * The same rows with the features `wanted`, in that order; the columns themselves are shared, not copied.
 * @throws UserError `missing-columns` as {@link scoreColumns} does.
 */
export function selectFeatures(
  matrix: FeatureMatrix,
  wanted: readonly string[],
  model: string,
): FeatureMatrix {
  const byName = new Map(matrix.featureNames.map((name, index) => [name, matrix.columns[index]]));
  const featureNames = scoreColumns(wanted, matrix.featureNames, model);
  const columns = featureNames.map((name) => byName.get(name) as FeatureMatrix['columns'][number]);
  return { featureNames, rowCount: matrix.rowCount, columns };
}
