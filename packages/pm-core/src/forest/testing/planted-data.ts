import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import { seededRandom } from '../../random.ts';
import { matrixOf } from './matrix.ts';

/** Rows of uniform features in [0, 1), some null, and the class that a rule gives each row of them (NaN: null). */
export function plantedData(options: {
  readonly rowCount: number;
  readonly featureCount: number;
  readonly seed: number;
  readonly nullShare?: number;
  readonly rule: (values: readonly number[], random: () => number) => number;
}): { matrix: FeatureMatrix; labels: Uint8Array } {
  const { rowCount, featureCount, nullShare = 0, rule } = options;
  const random = seededRandom(options.seed);
  const columns = Array.from({ length: featureCount }, () => new Float32Array(rowCount));
  const labels = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    for (const column of columns) column[row] = random() < nullShare ? Number.NaN : random();
    labels[row] = rule(
      columns.map((column) => column[row]),
      random,
    );
  }
  return { matrix: matrixOf(columns), labels };
}
