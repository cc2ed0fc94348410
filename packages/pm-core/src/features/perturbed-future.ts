import { literal } from '../engine/index.ts';
import { COMPONENTS, ERROR_CODES, SENSORS } from '../tables.ts';

const EVENTS = [
  { table: 'errors', time: 'occurred_at', kind: 'error_code', kinds: ERROR_CODES },
  { table: 'maintenance', time: 'replaced_at', kind: 'component', kinds: COMPONENTS },
  { table: 'failures', time: 'failed_at', kind: 'component', kinds: COMPONENTS },
] as const;

/** Telemetry further from a cutoff is left out of both sides: a scan of years for each probe would cost more than it finds. */
const NEAR_HOURS = 240;

const TABLES = ['telemetry', ...EVENTS.map(({ table }) => table)];

/** SQL selects of the raw rows that a probe looks at: those of the machines in leak_probe_cutoffs `(machine_id, cutoff)`. */
export const sampledTables: Readonly<Record<string, string>> = Object.fromEntries(
  TABLES.map((table) => [
    table,
    `SELECT ${table}.*, cutoff FROM ${table} JOIN leak_probe_cutoffs USING (machine_id)${
      table === 'telemetry'
        ? ` WHERE abs(epoch_us(measured_at) - epoch_us(cutoff)) <= ${NEAR_HOURS}::BIGINT * 3600000000`
        : ''
    }`,
  ]),
);

/** SQL selects of the sampled tables (under leak_probe_…) as they are. */
export const originalTables: Readonly<Record<string, string>> = Object.fromEntries(
  TABLES.map((table) => [table, `SELECT * FROM leak_probe_${table}`]),
);

/**
 * The same with another future after each machine's cutoff: the readings of even hours are gone, the others come seven
 * minutes later with other values, one is new a second after the cutoff; of each error and component there is one event
 * a second after the cutoff and none later. Rows at or before the cutoff stay as they are.
 */
export const perturbedTables: Readonly<Record<string, string>> = Object.freeze({
  telemetry: perturbedTelemetry(),
  ...Object.fromEntries(EVENTS.map((event) => [event.table, perturbedEvents(event)])),
});

function perturbedTelemetry(): string {
  const sensors = SENSORS.join(', ');
  return `SELECT machine_id, measured_at, ${sensors}
  FROM leak_probe_telemetry WHERE measured_at <= cutoff
UNION ALL SELECT machine_id, measured_at + INTERVAL '7' MINUTE, ${SENSORS.map((s) => `3 * ${s} + 1`).join(', ')}
  FROM leak_probe_telemetry WHERE measured_at > cutoff AND epoch_us(measured_at) // 3600000000 % 2 = 1
UNION ALL SELECT machine_id, cutoff + INTERVAL '1' SECOND, ${SENSORS.map((_, i) => 1000 + i).join(', ')}
  FROM leak_probe_cutoffs`;
}

function perturbedEvents({ table, time, kind, kinds }: (typeof EVENTS)[number]): string {
  return `SELECT machine_id, ${time}, ${kind}
  FROM leak_probe_${table} WHERE ${time} <= cutoff
UNION ALL SELECT machine_id, cutoff + INTERVAL '1' SECOND, ${kind}
  FROM leak_probe_cutoffs CROSS JOIN (VALUES ${kinds.map((k) => `(${literal(k)})`).join(', ')}) kinds(${kind})`;
}
