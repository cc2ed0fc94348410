import { identifier, type TableEngine } from '../engine/index.ts';
import type { FileWrite } from './commit.ts';

/** SQL condition: a timestamp lies in a month, `YYYY-MM`. */
export const inMonth = (timestamp: string, month: string): string =>
  `(${timestamp} >= TIMESTAMP '${month}-01' AND ${timestamp} < TIMESTAMP '${month}-01' + INTERVAL 1 MONTH)`;

/** The months, `YYYY-MM`, in which rows (a table of the engine, or a select in parentheses) have a timestamp; ascending. */
export async function monthsOf(engine: TableEngine, rows: string, timestamp: string): Promise<string[]> {
  const months = await engine.query(
    `SELECT strftime(month, '%Y-%m') AS name
     FROM (SELECT DISTINCT date_trunc('month', ${identifier(timestamp)}) AS month FROM ${rows}) ORDER BY month`,
  );
  return months.map(({ name }) => String(name));
}

/** Writes each of these months as a select says. */
export const monthlyFiles = (
  engine: TableEngine,
  months: readonly string[],
  select: (month: string) => string,
): Record<string, FileWrite> =>
  Object.fromEntries(
    months.map((month) => [month, (path: string) => engine.writeParquet(select(month), path)]),
  );
