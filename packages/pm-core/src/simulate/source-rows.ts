import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import type { RawTable } from '../tables.ts';
import type { SimulatedMachine } from './simulate-machine.ts';
import { HOUR_MS } from './simulate-visits.ts';

/** The columns of each file in the order of the public files, with their types. */
const SOURCE_COLUMNS: Readonly<Record<RawTable, Readonly<Record<string, DuckDBType>>>> = {
  machines: { machineID: INTEGER, model: VARCHAR, age: INTEGER },
  telemetry: {
    datetime: TIMESTAMP,
    machineID: INTEGER,
    volt: DOUBLE,
    rotate: DOUBLE,
    pressure: DOUBLE,
    vibration: DOUBLE,
  },
  errors: { datetime: TIMESTAMP, machineID: INTEGER, errorID: VARCHAR },
  maintenance: { datetime: TIMESTAMP, machineID: INTEGER, comp: VARCHAR },
  failures: { datetime: TIMESTAMP, machineID: INTEGER, failure: VARCHAR },
};

/** DuckDB's vector size: the most rows that a data chunk holds. */
const CHUNK_ROWS = 2048;

/** Fills a table of the raw table's name and source columns with machines' rows, machine by machine, ascending in time. */
export async function fillSourceTable(
  connection: DuckDBConnection,
  table: RawTable,
  machines: Iterable<SimulatedMachine>,
): Promise<void> {
  const columns = SOURCE_COLUMNS[table];
  const definitions = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  await connection.run(`CREATE OR REPLACE TABLE ${table} (${definitions.join(', ')})`);
  const appender = await connection.createAppender(table);
  for (const machine of machines) {
    const cells = SOURCE_CELLS[table](machine);
    const rowCount = cells[0]!.length;
    for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
      const to = Math.min(from + CHUNK_ROWS, rowCount);
      const chunk = DuckDBDataChunk.create(Object.values(columns), to - from);
      cells.forEach((column, i) => {
        chunk.setColumnValues(i, Array.from(column.slice(from, to)));
      });
      appender.appendDataChunk(chunk);
    }
  }
  appender.closeSync();
}

/** A machine's values of each column, all of one length. */
type SourceCells = readonly (readonly DuckDBValue[] | Float64Array)[];

const SOURCE_CELLS: Readonly<Record<RawTable, (machine: SimulatedMachine) => SourceCells>> = {
  machines: ({ machineNumber, model, ageYears }) => [[machineNumber], [model], [ageYears]],
  telemetry: ({ machineNumber, startMs, telemetry: { volt, rotate, pressure, vibration } }) => [
    Array.from(volt, (_, hour) => instant(startMs + hour * HOUR_MS)),
    new Array(volt.length).fill(machineNumber),
    volt,
    rotate,
    pressure,
    vibration,
  ],
  errors: ({ machineNumber, errors }) => eventCells(machineNumber, errors, (event) => event.errorCode),
  maintenance: ({ machineNumber, maintenance }) =>
    eventCells(machineNumber, maintenance, (event) => event.component),
  failures: ({ machineNumber, failures }) => eventCells(machineNumber, failures, (event) => event.component),
};

const eventCells = <Event extends { atMs: number }>(
  machineNumber: number,
  events: readonly Event[],
  name: (event: Event) => string,
): SourceCells => [
  events.map((event) => instant(event.atMs)),
  events.map(() => machineNumber),
  events.map(name),
];

const instant = (ms: number): DuckDBTimestampValue => new DuckDBTimestampValue(BigInt(ms) * 1000n);
