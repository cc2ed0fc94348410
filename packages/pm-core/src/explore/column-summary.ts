import { identifier, literal, type TableEngine } from '../engine/index.ts';

/** Where the values of a column lie; figures are null where it has no value. */
export interface ColumnSummary {
  readonly name: string;
  /** Of the rows, if they are summarised apart; '' where all are one. */
  readonly group: string;
  readonly rows: number;
  readonly nulls: number;
  readonly mean: number | null;
  readonly std: number | null;
  readonly min: number | null;
  readonly q05: number | null;
  readonly q25: number | null;
  readonly q50: number | null;
  readonly q75: number | null;
  readonly q95: number | null;
  readonly max: number | null;
}

const QUANTILES = [
  ['q05', 0.05],
  ['q25', 0.25],
  ['q50', 0.5],
  ['q75', 0.75],
  ['q95', 0.95],
] as const;

/** A row of {@link ColumnSummary} for each group of a table; `group` is a SQL expression. Quantiles are interpolated. */
export function columnSummarySelect(table: string, column: string, group = "''"): string {
  const x = asDouble(column);
  const quantiles = QUANTILES.map(([name], i) => `q[${i + 1}] AS ${name}`).join(', ');
  return `SELECT ${literal(column)} AS name, * EXCLUDE (q), ${quantiles} FROM
    (SELECT CAST(${group} AS VARCHAR) AS "group", count(*) AS rows, count(*) - count(${x}) AS nulls, avg(${x}) AS mean,
       stddev_samp(${x}) AS std, min(${x}) AS min, max(${x}) AS max,
       quantile_cont(${x}, [${QUANTILES.map(([, share]) => share).join(', ')}]) AS q
     FROM ${identifier(table)} GROUP BY ALL) ORDER BY "group"`;
}

const asDouble = (column: string): string => `CAST(${identifier(column)} AS DOUBLE)`;

/** Summaries of columns of numbers, in the order of the names, groups ascending. */
export async function summarizeColumns(
  engine: TableEngine,
  table: string,
  columns: readonly string[],
  group?: string,
): Promise<ColumnSummary[]> {
  const found: ColumnSummary[] = [];
  for (const column of columns) {
    const rows = await engine.query(columnSummarySelect(table, column, group));
    found.push(...(rows as unknown as ColumnSummary[]));
  }
  return found;
}

/** What can be said of columns without sorting them. */
export type ColumnMeans = Pick<
  ColumnSummary,
  'name' | 'group' | 'rows' | 'nulls' | 'mean' | 'std' | 'min' | 'max'
>;

/** As {@link summarizeColumns}, all columns in one pass over the table. */
export async function meansByGroup(
  engine: TableEngine,
  table: string,
  columns: readonly string[],
  group = "''",
): Promise<ColumnMeans[]> {
  const terms = columns
    .map(asDouble)
    .map(
      (x, i) =>
        `count(${x}) AS n${i}, avg(${x}) AS mean${i}, stddev_samp(${x}) AS std${i}, min(${x}) AS min${i}, max(${x}) AS max${i}`,
    );
  const rows = await engine.query(
    `SELECT CAST(${group} AS VARCHAR) AS "group", count(*) AS rows, ${terms.join(', ')}
     FROM ${identifier(table)} GROUP BY ALL ORDER BY "group"`,
  );
  return columns.flatMap((name, i) =>
    rows.map((row) => ({
      name,
      group: `${row.group}`,
      rows: Number(row.rows),
      nulls: Number(row.rows) - Number(row[`n${i}`]),
      mean: row[`mean${i}`] as number | null,
      std: row[`std${i}`] as number | null,
      min: row[`min${i}`] as number | null,
      max: row[`max${i}`] as number | null,
    })),
  );
}
