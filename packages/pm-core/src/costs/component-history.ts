/** Instants of one kind by machine, ms since 1970-01-01 UTC, ascending. */
export type Instants = ReadonlyMap<string, Float64Array>;

/** What happened to one component in all machines of a fleet. */
export interface ComponentHistory {
  readonly failures: Instants;
  /** Replacements, planned or after a failure. */
  readonly replacements: Instants;
}

/** Money, in any one unit. */
export interface ReplacementCosts {
  /** Of a failure nobody was prepared for: repair, downtime and what follows. */
  readonly unplannedFailure: number;
  /** Of replacing the component before it fails. */
  readonly plannedReplacement: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A month of costs: a twelfth of 365.25 days. */
export const MONTH_MS = (365.25 / 12) * DAY_MS;

/** Groups instants by machine. */
export function instantsOf(
  events: Iterable<{ readonly machineId: string; readonly atMs: number }>,
): Instants {
  const byMachine = Map.groupBy(events, ({ machineId }) => machineId);
  return new Map(
    [...byMachine].map(([machineId, own]) => [machineId, Float64Array.from(own, ({ atMs }) => atMs).sort()]),
  );
}

/** Instants with after < instant ≤ until. */
export function instantsWithin(
  instants: Float64Array | undefined,
  after: number,
  until: number,
): Float64Array {
  return (instants ?? new Float64Array(0)).filter((at) => at > after && at <= until);
}
