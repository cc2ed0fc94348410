import { identifier, type TableEngine } from '../engine/index.ts';

export interface Correlations {
  readonly names: readonly string[];
  /** Rows that were looked at. */
  readonly rows: number;
  /** Pearson's r of columns i and j at [i][j], over the rows in which neither is null; null where one does not vary. */
  readonly r: readonly (readonly (number | null)[])[];
}

/**
 * Correlates columns with each other, on at most about `rows` rows: those whose key has a hash that says so, the same ones each
 * time. Memory and time do not grow with the table's rows beyond one pass over them.
 */
export async function correlate(
  engine: TableEngine,
  {
    table,
    columns,
    key,
    rows,
  }: { table: string; columns: readonly string[]; key: readonly string[]; rows: number },
): Promise<Correlations> {
  const [size] = await engine.query(`SELECT count(*) AS rows FROM ${identifier(table)}`);
  const every = Math.max(1, Math.ceil(Number(size!.rows) / rows));
  const pairs = columns.flatMap((_, i) => columns.slice(0, i).map((_, j) => [i, j] as const));
  const chosen = columns.map(identifier).join(', ');
  await engine.defineQuery(
    'correlated_sample',
    `SELECT ${chosen} FROM ${identifier(table)} WHERE hash(${key.map(identifier).join(', ')}) % ${every} = 0`,
    { materialized: true },
  );
  const terms = pairs.map(
    ([i, j]) => `corr(${identifier(columns[i]!)}, ${identifier(columns[j]!)}) AS "${i} ${j}"`,
  );
  const [found] = await engine.query(
    `SELECT ${['count(*) AS rows', ...terms].join(', ')} FROM correlated_sample`,
  );
  const cell = (i: number, j: number) => finite(found![i > j ? `${i} ${j}` : `${j} ${i}`]);
  const r = columns.map((_, i) => columns.map((_, j) => (i === j ? 1 : cell(i, j))));
  return { names: columns, rows: Number(found!.rows), r };
}

/** A column without variance correlates with nothing: some versions of the engine say null, others NaN. */
const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
