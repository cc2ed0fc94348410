import { COMPONENTS } from '../../tables.ts';
import type { Fleet } from './fleet.ts';

const HOUR = 3_600_000;

/** The slow twin of the label: every failure looked at for every row; null where the window is not over yet. */
export function labelByDefinition(
  fleet: Fleet,
  predictionWindowHours: number,
  { machineId, windowEnd }: { machineId: string; windowEnd: number },
): number | null {
  const windowCloses = windowEnd + predictionWindowHours * HOUR;
  const readings = fleet.telemetry.filter((row) => row.machine_id === machineId);
  if (!readings.some((row) => row.measured_at >= windowCloses)) return null;
  let first = { at: Number.POSITIVE_INFINITY, component: 0 };
  for (const failure of fleet.failures) {
    if (failure.machine_id !== machineId) continue;
    const component = 1 + COMPONENTS.indexOf(failure.component as (typeof COMPONENTS)[number]);
    if (failure.failed_at <= windowEnd || failure.failed_at > windowCloses) continue;
    const isEarlier = failure.failed_at < first.at;
    const isLower = failure.failed_at === first.at && component < first.component;
    if (isEarlier || isLower) first = { at: failure.failed_at, component };
  }
  return first.component;
}
