import type { FeatureMatrix } from 'pm-core/features';

/** Rows that have something in common. */
export interface RowGroup {
  readonly name: string;
  readonly rows: Int32Array;
}

const MODEL_FEATURE = 'model_is_';
const AGE_FEATURE = 'age_years';
/** Width of a band of ages, years. */
const AGE_BAND_YEARS = 5;

/** Rows by machine model, from the one-hot features; `other` where none is set, and no group without rows. */
export function groupsByModel(matrix: FeatureMatrix): RowGroup[] {
  const models = matrix.featureNames.flatMap((name, i) =>
    name.startsWith(MODEL_FEATURE)
      ? [{ name: name.slice(MODEL_FEATURE.length), column: matrix.columns[i]! }]
      : [],
  );
  if (models.length === 0) return [];
  return grouped(
    matrix.rowCount,
    models.map(({ name }) => name).concat('other'),
    (row) => models.find(({ column }) => column[row] === 1)?.name ?? 'other',
  );
}

/** Rows by age of the machine, in bands [0, 5), [5, 10) … years; `unknown` where it is null. */
export function groupsByAge(matrix: FeatureMatrix): RowGroup[] {
  const ages = matrix.columns[matrix.featureNames.indexOf(AGE_FEATURE)];
  if (ages === undefined) return [];
  const oldest = ages.reduce((max, age) => Math.max(max, Number.isNaN(age) ? 0 : age), 0);
  const bandOf = (age: number) => {
    const from = Math.floor(age / AGE_BAND_YEARS) * AGE_BAND_YEARS;
    return Number.isNaN(age) ? 'unknown' : `${from}–${from + AGE_BAND_YEARS - 1} years`;
  };
  const bands = Array.from({ length: Math.floor(oldest / AGE_BAND_YEARS) + 1 }, (_, i) =>
    bandOf(i * AGE_BAND_YEARS),
  );
  return grouped(matrix.rowCount, [...bands, 'unknown'], (row) => bandOf(ages[row]!));
}

function grouped(rowCount: number, names: readonly string[], nameOf: (row: number) => string): RowGroup[] {
  const rows = new Map(names.map((name) => [name, [] as number[]]));
  for (let row = 0; row < rowCount; row++) rows.get(nameOf(row))!.push(row);
  return names.flatMap((name) => {
    const own = rows.get(name)!;
    return own.length === 0 ? [] : [{ name, rows: Int32Array.from(own) }];
  });
}
