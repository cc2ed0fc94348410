import { COMPONENTS, ERROR_CODES, hoursBetween, SENSORS } from 'pm-core';
import { naturalOrder, type TableEngine } from 'pm-core/engine';
import {
  binsOver,
  countByBin,
  countOverTime,
  meansByGroup,
  summarizeColumns,
  type TimeStep,
  timeStepOf,
} from 'pm-core/explore';
import type { EventCounts, MachineReadings, TelemetryExploration } from '../../report/explore/index.ts';
import { readFailureSeries } from './failure-series.ts';

const BINS = 30;
const MOST_GAPS = 10;

/** Summaries of the raw tables of a fleet. */
export async function exploreTelemetry(engine: TableEngine): Promise<TelemetryExploration> {
  const totals = await readTotals(engine);
  const sensors = await meansByGroup(engine, 'telemetry', SENSORS);
  const histograms = [];
  for (const sensor of sensors) {
    const place = { table: 'telemetry', column: sensor.name };
    histograms.push(await countByBin(engine, place, binsOver(sensor, BINS)));
  }
  const step = timeStepOf(hoursBetween(totals.from, totals.to) / 24);
  return {
    ...totals,
    sensors,
    histograms,
    ...(await readReadings(engine)),
    step,
    events: await readEvents(engine, step),
    failure: await readFailureSeries(engine),
  };
}

async function readTotals(engine: TableEngine) {
  const [row] = await engine.query(
    `SELECT count(*) AS readings, date_trunc('second', min(measured_at)) AS first, date_trunc('second', max(measured_at)) AS last,
       (SELECT count(*) FROM machines) AS machines FROM telemetry`,
  );
  return {
    machines: Number(row!.machines),
    readings: Number(row!.readings),
    from: `${row!.first}`,
    to: `${row!.last}`,
  };
}

async function readReadings(engine: TableEngine) {
  await engine.defineQuery(
    'readings_by_machine',
    `SELECT machine_id, count(*) AS readings,
       date_diff('hour', min(measured_at), max(measured_at)) + 1 - count(DISTINCT date_trunc('hour', measured_at)) AS missing
     FROM telemetry GROUP BY machine_id`,
    { materialized: true },
  );
  const [missing] = await engine.query('SELECT sum(missing)::BIGINT AS hours FROM readings_by_machine');
  const rows = await engine.query(
    `SELECT machine_id, readings, missing FROM readings_by_machine
     ORDER BY missing DESC, ${naturalOrder('machine_id')} LIMIT ${MOST_GAPS}`,
  );
  const mostGaps = rows.map(
    (row): MachineReadings => ({
      machineId: `${row.machine_id}`,
      readings: Number(row.readings),
      missingHours: Number(row.missing),
    }),
  );
  const [summary] = await summarizeColumns(engine, 'readings_by_machine', ['readings']);
  const place = { table: 'readings_by_machine', column: 'readings' };
  const readingsPerMachine = await countByBin(engine, place, binsOver(summary!, 20));
  const readingsByMachine: [number, number] = [summary!.min ?? 0, summary!.max ?? 0];
  return { missingHours: Number(missing!.hours), mostGaps, readingsByMachine, readingsPerMachine };
}

const EVENTS = [
  { title: 'Failures', table: 'failures', time: 'failed_at', group: 'component', kinds: COMPONENTS },
  { title: 'Replacements', table: 'maintenance', time: 'replaced_at', group: 'component', kinds: COMPONENTS },
  { title: 'Errors', table: 'errors', time: 'occurred_at', group: 'error_code', kinds: ERROR_CODES },
] as const;

async function readEvents(engine: TableEngine, step: TimeStep): Promise<EventCounts[]> {
  const events: EventCounts[] = [];
  for (const { title, kinds, ...place } of EVENTS) {
    events.push({ title, kinds, counts: await countOverTime(engine, place, step) });
  }
  return events;
}
