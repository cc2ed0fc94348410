import { compareNatural } from '../../engine/index.ts';
import { COMPONENTS, ERROR_CODES, MACHINE_MODELS, SENSORS } from '../../tables.ts';
import type { FeatureConfig } from '../feature-table.ts';
import type { Fleet } from './fleet.ts';

const HOUR = 3_600_000;

export interface FeatureRow {
  readonly machineId: string;
  readonly windowEnd: number;
  /** In the order of the feature table; null is NaN. */
  readonly values: readonly number[];
}

/** The slow twin of the feature table: straight from its definition, one loop over all rows for each value. */
export function featuresByDefinition(fleet: Fleet, config: FeatureConfig, anchor: number): FeatureRow[] {
  const step = config.features.tumblingWindowHours * HOUR;
  const ids = [...new Set(fleet.telemetry.map((row) => row.machine_id))].sort(compareNatural);
  return ids.flatMap((machineId) => {
    const instants = fleet.telemetry.filter((r) => r.machine_id === machineId).map((r) => r.measured_at);
    const [first, last] = [Math.min(...instants), Math.max(...instants)];
    const rows: FeatureRow[] = [];
    let windowEnd = anchor;
    while (windowEnd - step >= first) windowEnd -= step;
    for (; windowEnd <= last; windowEnd += step) {
      if (windowEnd >= first)
        rows.push({ machineId, windowEnd, values: valuesAt(fleet, config, machineId, windowEnd) });
    }
    return rows;
  });
}

function valuesAt(fleet: Fleet, { features }: FeatureConfig, machineId: string, cutoff: number): number[] {
  const within = (at: number, hours: number) => at > cutoff - hours * HOUR && at <= cutoff;
  const telemetry = fleet.telemetry.filter((row) => row.machine_id === machineId);
  const windows = SENSORS.flatMap((sensor) =>
    features.lookbackHours.flatMap((hours) => {
      const values = telemetry.filter((row) => within(row.measured_at, hours)).map((row) => row[sensor]);
      return meanAndDeviation(values.filter((value) => value !== null));
    }),
  );
  const errors = fleet.errors.filter(
    (e) => e.machine_id === machineId && within(e.occurred_at, features.errorLookbackHours),
  );
  const counts = ERROR_CODES.map((code) => errors.filter((error) => error.error_code === code).length);
  const replaced = fleet.maintenance.filter((m) => m.machine_id === machineId && m.replaced_at <= cutoff);
  const days = COMPONENTS.map((component) => {
    const instants = replaced.filter((m) => m.component === component).map((m) => m.replaced_at);
    return instants.length === 0 ? Number.NaN : (cutoff - Math.max(...instants)) / (24 * HOUR);
  });
  const machine = fleet.machines.find((m) => m.machine_id === machineId);
  const models = MACHINE_MODELS.map((model) => (machine?.model === model ? 1 : 0));
  return [...windows, ...counts, ...days, machine?.age_years ?? Number.NaN, ...models];
}

/** Two passes: the mean, then the deviations from it. Counted from the first value, lest the mean of 1e7 + … be off by 2e-9. */
function meanAndDeviation(values: readonly number[]): [mean: number, deviation: number] {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const origin = values[0] ?? Number.NaN;
  const above = values.map((value) => value - origin);
  const mean = sum(above) / values.length;
  const squares = sum(above.map((value) => (value - mean) ** 2));
  return [origin + mean, values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1))];
}
