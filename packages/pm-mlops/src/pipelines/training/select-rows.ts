import type { FeatureMatrix } from 'pm-core/features';
import type { LabeledRows, RowTiming } from './training-data.ts';

/** The rows at these places as labelled rows of their own, columns copied. `digest` stays that of the whole. */
export function selectRows(rows: LabeledRows, places: Int32Array): LabeledRows {
  return {
    ...rows,
    matrix: selectMatrixRows(rows.matrix, places),
    groups: Array.from(places, (place) => rows.groups[place]!),
    label: Int32Array.from(places, (place) => rows.label[place]!),
    timing: rows.timing && selectTiming(rows.timing, places),
  };
}

const selectTiming = (timing: RowTiming, places: Int32Array): RowTiming => ({
  machineIds: Array.from(places, (place) => timing.machineIds[place]!),
  windowEnd: Float64Array.from(places, (place) => timing.windowEnd[place]!),
  hoursToFailure: Float64Array.from(places, (place) => timing.hoursToFailure[place]!),
});

/** Rows of the same features and classes, one part after the other, without their timing. `digest` stays that of the first. */
export function concatRows(parts: readonly [LabeledRows, ...LabeledRows[]]): LabeledRows {
  const rowCount = parts.reduce((sum, { matrix }) => sum + matrix.rowCount, 0);
  const columns = parts[0].matrix.columns.map((_, feature) => {
    const joined = new Float32Array(new SharedArrayBuffer(4 * rowCount));
    let start = 0;
    for (const { matrix } of parts) {
      joined.set(matrix.columns[feature]!, start);
      start += matrix.rowCount;
    }
    return joined;
  });
  return {
    ...parts[0],
    matrix: { ...parts[0].matrix, rowCount, columns },
    label: Int32Array.from(parts.flatMap(({ label }) => [...label])),
    groups: parts.flatMap(({ groups }) => groups),
    timing: undefined,
  };
}

/** The rows at these places as a matrix of its own. */
export function selectMatrixRows(
  { featureNames, columns }: FeatureMatrix,
  places: Int32Array,
): FeatureMatrix {
  return {
    featureNames,
    rowCount: places.length,
    columns: columns.map((column) => {
      const chosen = new Float32Array(new SharedArrayBuffer(4 * places.length));
      places.forEach((place, row) => {
        chosen[row] = column[place]!;
      });
      return chosen;
    }),
  };
}
