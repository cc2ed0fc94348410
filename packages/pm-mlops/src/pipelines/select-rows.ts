import type { FeatureMatrix } from 'pm-core/features';
import type { LabeledRows } from './training-data.ts';

/** The rows at these places as labelled rows of their own, columns copied. `digest` stays that of the whole. */
export function selectRows(rows: LabeledRows, places: Int32Array): LabeledRows {
  return {
    ...rows,
    matrix: selectMatrixRows(rows.matrix, places),
    machineIds: Array.from(places, (place) => rows.machineIds[place]!),
    windowEnd: Float64Array.from(places, (place) => rows.windowEnd[place]!),
    label: Int32Array.from(places, (place) => rows.label[place]!),
    hoursToFailure: Float64Array.from(places, (place) => rows.hoursToFailure[place]!),
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

/** Places of the rows that pass a test, ascending. */
export function placesWhere(rowCount: number, passes: (row: number) => boolean): Int32Array {
  const places = new Int32Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) if (passes(row)) places[count++] = row;
  return places.slice(0, count);
}
