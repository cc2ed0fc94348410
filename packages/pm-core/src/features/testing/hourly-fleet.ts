import { seededRandom } from '../../random.ts';
import { COMPONENTS, ERROR_CODES } from '../../tables.ts';
import { ANCHOR_MS, HOUR } from './arbitrary-fleet.ts';
import type { Fleet } from './fleet.ts';

/** A fleet of machines '1' … with a reading every hour and an event of each sort every 60 h or so. */
export function hourlyFleet(machines: number, hours: number): Fleet {
  const random = seededRandom(7);
  const ids = Array.from({ length: machines }, (_, i) => String(i + 1));
  const of = <Row>(count: number, row: (machine_id: string, i: number) => Row): Row[] =>
    ids.flatMap((id) => Array.from({ length: count }, (_, i) => row(id, i)));
  const anyHour = () => ANCHOR_MS + Math.floor(random() * hours) * HOUR;
  const anyOf = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]!;
  const events = Math.ceil(hours / 60);
  return {
    machines: ids.map((machine_id) => ({ machine_id, model: 'model2', age_years: 3 })),
    telemetry: of(hours, (machine_id, i) => ({
      machine_id,
      measured_at: ANCHOR_MS + i * HOUR,
      volt: 150 + 40 * random(),
      rotate: 400 + 90 * random(),
      pressure: 90 + 20 * random(),
      vibration: 35 + 10 * random(),
    })),
    errors: of(events, (machine_id) => ({
      machine_id,
      occurred_at: anyHour(),
      error_code: anyOf(ERROR_CODES),
    })),
    maintenance: of(events, (machine_id) => ({
      machine_id,
      replaced_at: anyHour(),
      component: anyOf(COMPONENTS),
    })),
    failures: of(events, (machine_id) => ({
      machine_id,
      failed_at: anyHour(),
      component: anyOf(COMPONENTS),
    })),
  };
}
