import { COMPONENTS, ERROR_CODES } from '../tables.ts';
import { type Grid, stepAtOrAfter } from './grid.ts';

/** SQL select `(machine_id, step, error1 …)`: errors of each code in (T − lookbackHours, T], for the steps that have any. */
export function errorCounts(grid: Grid, lookbackHours: number): string {
  const counts = ERROR_CODES.map((code) => `count(*) FILTER (error_code = '${code}') AS ${code}`);
  const first = stepAtOrAfter(grid, 'occurred_at');
  const end = stepAtOrAfter(grid, `occurred_at + INTERVAL '${lookbackHours}' HOUR`);
  return `SELECT machine_id, step, ${counts.join(', ')}
FROM (SELECT machine_id, error_code, unnest(range(${first}, ${end})) AS step FROM errors)
GROUP BY machine_id, step`;
}

/**
 * SQL select `(machine_id, step, comp1 …)`: the latest replacement of each component that is first known at a step,
 * those of before a machine's first step at that step. Reads machine_steps.
 */
export function latestReplacements(grid: Grid): string {
  const latest = COMPONENTS.map((c) => `max(replaced_at) FILTER (component = '${c}') AS ${c}`);
  return `SELECT machine_id, greatest(first_step, ${stepAtOrAfter(grid, 'replaced_at')}) AS step, ${latest.join(', ')}
FROM maintenance JOIN machine_steps USING (machine_id) GROUP BY ALL`;
}
