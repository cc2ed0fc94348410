import { timestampLiteral } from '../engine/index.ts';
import { timestampMs } from '../time.ts';

/** The instants T = anchor + step × stepHours, for every integer step, negative ones too. */
export interface Grid {
  /** UTC `YYYY-MM-DDTHH:MM:SS`: the lake's first telemetry hour. */
  readonly anchor: string;
  readonly stepHours: number;
}

/** SQL: the step of the first grid instant at or after a timestamp. In integers, since doubles miss by a microsecond after a century. */
export const stepAtOrAfter = (grid: Grid, timestamp: string): string => {
  const [elapsed, step] = microseconds(grid, timestamp);
  return `(${elapsed} // ${step} + CAST(${elapsed} % ${step} > 0 AS BIGINT))`;
};

/** SQL: the step of the last grid instant at or before a timestamp. */
export const stepAtOrBefore = (grid: Grid, timestamp: string): string => {
  const [elapsed, step] = microseconds(grid, timestamp);
  return `(${elapsed} // ${step} - CAST(${elapsed} % ${step} < 0 AS BIGINT))`;
};

/** SQL: the instant of a step. */
export const stepInstant = (grid: Grid, step: string): string =>
  `${timestampLiteral(grid.anchor)} + ${step} * INTERVAL '${grid.stepHours}' HOUR`;

// `//` cuts towards zero, as Spark's DIV; `%` takes the sign of the dividend.
const microseconds = (grid: Grid, timestamp: string): [elapsed: string, step: string] => [
  `(epoch_us(${timestamp}) - ${timestampMs(grid.anchor)}000)`,
  `${grid.stepHours * 3_600}000000`,
];
