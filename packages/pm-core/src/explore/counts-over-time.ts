import { identifier, type TableEngine } from '../engine/index.ts';

/** Length of a bar over time; names of SQL's date_trunc. */
export type TimeStep = 'day' | 'week' | 'month';

export interface CountOverTime {
  /** Start of the day, week (Monday) or month, UTC. */
  readonly start: string;
  readonly group: string;
  readonly rows: number;
}

/** The step of which a period of so many days has at most some sixty. */
export const timeStepOf = (days: number): TimeStep => (days <= 60 ? 'day' : days <= 420 ? 'week' : 'month');

/** Rows of a table by step of a column of time and by group, a SQL expression; steps without a row are not there. */
export const countsOverTimeSelect = (table: string, time: string, step: TimeStep, group: string): string =>
  `SELECT date_trunc('${step}', ${identifier(time)})::TIMESTAMP AS start, CAST(${group} AS VARCHAR) AS "group", count(*) AS rows
   FROM ${identifier(table)} GROUP BY ALL ORDER BY start, "group"`;

/** The answer of {@link countsOverTimeSelect}. */
export async function countOverTime(
  engine: TableEngine,
  { table, time, group }: { table: string; time: string; group: string },
  step: TimeStep,
): Promise<CountOverTime[]> {
  const rows = await engine.query(countsOverTimeSelect(table, time, step, group));
  return rows.map((row) => ({ start: `${row.start}`, group: `${row.group}`, rows: Number(row.rows) }));
}
