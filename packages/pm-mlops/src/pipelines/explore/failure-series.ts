import { SENSORS } from 'pm-core';
import { literal, naturalOrder, type Row, type TableEngine, timestampLiteral } from 'pm-core/engine';
import type { FailureSeries } from '../../report/explore/index.ts';

const HOURS_BEFORE = 168;
const HOURS_AFTER = 48;
/** Failures among which the one with the most readings around it is looked for. */
const CANDIDATES = 200;

/** The readings and events of a machine around one of its failures, the best covered of the first ones; undefined where nothing failed. */
export async function readFailureSeries(engine: TableEngine): Promise<FailureSeries | undefined> {
  const [chosen] = await engine.query(
    `SELECT f.machine_id, f.component, f.failed_at FROM
       (SELECT *, row_number() OVER (ORDER BY failed_at, ${naturalOrder('machine_id')}, component) AS place
        FROM failures QUALIFY place <= ${CANDIDATES}) AS f
       JOIN telemetry AS t ON t.machine_id = f.machine_id AND ${around('t.measured_at', 'f.failed_at')}
     GROUP BY f.machine_id, f.component, f.failed_at, f.place ORDER BY count(*) DESC, f.place LIMIT 1`,
  );
  if (chosen === undefined) return undefined;
  const [machineId, failedAt] = [`${chosen.machine_id}`, `${chosen.failed_at}`];
  const from = (table: string, time: string, columns: string) =>
    engine.query(
      `SELECT date_diff('second', ${timestampLiteral(failedAt)}, ${time}) / 3600.0::DOUBLE AS hours, ${columns} FROM ${table}
       WHERE machine_id = ${literal(machineId)} AND ${around(time, timestampLiteral(failedAt))} ORDER BY ${time}`,
    );
  const readings = await from('telemetry', 'measured_at', SENSORS.join(', '));
  const errors = await from('errors', 'occurred_at', 'error_code AS name');
  const replacements = await from('maintenance', 'replaced_at', 'component AS name');
  const event = (kind: 'error' | 'replacement') => (row: Row) => ({
    hours: Number(row.hours),
    kind,
    name: `${row.name}`,
  });
  return {
    machineId,
    component: `${chosen.component}`,
    failedAt,
    sensors: SENSORS,
    readings: readings.map((row) => ({
      hours: Number(row.hours),
      values: SENSORS.map((sensor) => row[sensor] as number | null),
    })),
    events: [...errors.map(event('error')), ...replacements.map(event('replacement'))],
  };
}

const around = (time: string, instant: string): string =>
  `${time} > ${instant} - INTERVAL '${HOURS_BEFORE}' HOUR AND ${time} <= ${instant} + INTERVAL '${HOURS_AFTER}' HOUR`;
