import { naturalOrder, timestampLiteral } from '../engine/index.ts';
import { type Grid, stepAtOrAfter, stepAtOrBefore, stepInstant } from './grid.ts';

/** Which rows of the grid are wanted: from ≤ T ≤ to, both ends included; UTC timestamps. */
export interface FeaturePeriod {
  readonly anchor: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * SQL select `(machine_id, position, first_step, last_step)`: each machine's place in the natural order, and its steps in
 * the period with those before it that a lookback of so many intervals needs.
 */
export function machineSteps(grid: Grid, { from, to }: FeaturePeriod, intervals: number): string {
  const first = stepAtOrAfter(grid, 'min(measured_at)');
  const last = stepAtOrBefore(grid, 'max(measured_at)');
  const earliest = from && `${stepAtOrAfter(grid, timestampLiteral(from))} - ${intervals - 1}`;
  const latest = to && stepAtOrBefore(grid, timestampLiteral(to));
  return `SELECT machine_id, row_number() OVER (ORDER BY ${naturalOrder('machine_id')}) AS position,
  ${earliest ? `greatest(${first}, ${earliest})` : first} AS first_step,
  ${latest ? `least(${last}, ${latest})` : last} AS last_step
FROM telemetry GROUP BY machine_id`;
}

/** SQL condition that keeps out the readings that no wanted row uses: a shortcut that changes no value. */
export function telemetryPeriod(grid: Grid, { from, to }: FeaturePeriod, intervals: number): string {
  const earliest =
    from && stepInstant(grid, `(${stepAtOrAfter(grid, timestampLiteral(from))} - ${intervals})`);
  const terms = [
    ...(earliest ? [`measured_at > ${earliest}`] : []),
    ...(to ? [`measured_at <= ${timestampLiteral(to)}`] : []),
  ];
  return terms.join(' AND ') || 'true';
}
