import type { TableEngine } from 'pm-core/engine';
import type { FeatureRows } from 'pm-core/features';

export interface Failure {
  readonly machineId: string;
  readonly failedAtMs: number;
  readonly component: string;
}

/** All failures of the lake: few, even of a large fleet. */
export async function readFailures(engine: TableEngine): Promise<Failure[]> {
  const { columns } = await engine.columns('SELECT machine_id, failed_at, component FROM failures', {
    machine_id: 'string',
    failed_at: 'timestamp',
    component: 'string',
  });
  return columns.machine_id.map((machineId, i) => ({
    machineId,
    failedAtMs: columns.failed_at[i]!,
    component: columns.component[i]!,
  }));
}

/** Hours from each row's cutoff T to its machine's first failure after T (T itself excluded); NaN where none follows. */
export function hoursToFailure(
  { machineIds, windowEnd }: Pick<FeatureRows, 'machineIds' | 'windowEnd'>,
  failures: readonly Failure[],
): Float64Array {
  const byMachine = Map.groupBy(failures, ({ machineId }) => machineId);
  const times = new Map(
    [...byMachine].map(([id, own]) => [id, Float64Array.from(own, ({ failedAtMs }) => failedAtMs).sort()]),
  );
  return windowEnd.map((cutoff, row) => {
    const next = times.get(machineIds[row]!)?.find((failedAt) => failedAt > cutoff);
    return next === undefined ? Number.NaN : (next - cutoff) / 3_600_000;
  });
}
