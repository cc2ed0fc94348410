import { identifier, type TableEngine } from '../engine/index.ts';

/** Bins of equal width of a column; the first holds all that lies below its end too, the last all above its start. */
export interface Histogram {
  readonly name: string;
  readonly from: number;
  readonly binWidth: number;
  /** Values by bin, of each group of rows that has any. */
  readonly groups: readonly { readonly name: string; readonly counts: readonly number[] }[];
}

export interface Bins {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How many values fall in each bin, by group, a SQL expression; bins and groups without a value have no row, nulls no bin. */
export function histogramSelect(
  table: string,
  column: string,
  { from, to, count }: Bins,
  group = "''",
): string {
  const x = identifier(column);
  const bin = `least(greatest(floor((${x} - ${from}) / ${(to - from) / count}), 0), ${count - 1})`;
  return `SELECT CAST(${group} AS VARCHAR) AS "group", CAST(${bin} AS INTEGER) AS bin, count(*) AS rows
    FROM ${identifier(table)} WHERE ${x} IS NOT NULL GROUP BY ALL ORDER BY "group", bin`;
}

/** Counts the values of a column by bin. `group` as in {@link histogramSelect}. */
export async function countByBin(
  engine: TableEngine,
  { table, column, group }: { table: string; column: string; group?: string | undefined },
  bins: Bins,
): Promise<Histogram> {
  const rows = await engine.query(histogramSelect(table, column, bins, group));
  const names = [...new Set(rows.map((row) => `${row.group}`))];
  const groups = names.map((name) => {
    const counts = new Array<number>(bins.count).fill(0);
    for (const row of rows) if (row.group === name) counts[Number(row.bin)] = Number(row.rows);
    return { name, counts };
  });
  return { name: column, from: bins.from, binWidth: (bins.to - bins.from) / bins.count, groups };
}

/** Bins over a column's values, no further than so many `deviations` (4) from their mean; one bin where all are the same. */
export function binsOver(
  {
    mean,
    std,
    min,
    max,
  }: { mean: number | null; std: number | null; min: number | null; max: number | null },
  count: number,
  { deviations = 4 }: { deviations?: number } = {},
): Bins {
  if (mean === null || min === null || max === null || min === max) {
    const only = min ?? 0;
    return { from: only - 0.5, to: only + 0.5, count: 1 };
  }
  const reach = deviations * (std ?? 0);
  return { from: Math.max(min, mean - reach), to: Math.min(max, mean + reach), count };
}
