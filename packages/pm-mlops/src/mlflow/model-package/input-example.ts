import type { FeatureMatrix } from 'pm-core/features';
import { matrixOfRows } from 'pm-core/score';
import { z } from 'zod';

/** Rows as pandas writes them with orient="split"; null is a missing value. */
export const InputExample = z.object({
  columns: z.array(z.string()),
  data: z.array(z.array(z.number().nullable())),
});
export type InputExample = z.infer<typeof InputExample>;

/** @throws Error for an infinite value, which JSON cannot hold and a feature cannot have. */
export function exampleOf({ featureNames, rowCount, columns }: FeatureMatrix): InputExample {
  const data = Array.from({ length: rowCount }, (_, row) =>
    columns.map((column, feature) => {
      const value = column[row] as number;
      if (Math.abs(value) === Number.POSITIVE_INFINITY) {
        throw new Error(`feature ${featureNames[feature]} of example row ${row} is infinite`);
      }
      return Number.isNaN(value) ? null : value;
    }),
  );
  return { columns: [...featureNames], data };
}

/** The rows of an example for scoring: null becomes NaN. */
export function matrixOfExample({ columns, data }: InputExample): FeatureMatrix {
  return matrixOfRows(
    data.map((row) => row.map((cell) => cell ?? Number.NaN)),
    columns,
  );
}
