import type { ColumnValues, TableEngine } from '../../engine/index.ts';
import { DICTIONARY, RAW_TABLES } from '../../tables.ts';

/** A small fleet in memory, columns named as in the dictionary; instants are milliseconds since 1970 UTC. */
export interface Fleet {
  readonly machines: readonly { machine_id: string; model: string; age_years: number }[];
  readonly telemetry: readonly Reading[];
  readonly errors: readonly { machine_id: string; occurred_at: number; error_code: string }[];
  readonly maintenance: readonly { machine_id: string; replaced_at: number; component: string }[];
  readonly failures: readonly { machine_id: string; failed_at: number; component: string }[];
}

/** One telemetry row; null: the sensor gave nothing. */
export interface Reading {
  machine_id: string;
  measured_at: number;
  volt: number | null;
  rotate: number | null;
  pressure: number | null;
  vibration: number | null;
}

/** Defines the fleet's five tables in an engine. */
export async function loadFleet(engine: TableEngine, fleet: Fleet): Promise<void> {
  for (const table of RAW_TABLES) {
    const rows = fleet[table] as unknown as readonly Record<string, unknown>[];
    const columns = DICTIONARY[table].columns.map(({ name, type }) => ({
      name,
      type,
      values: rows.map((row) => row[name] ?? undefined) as unknown as ColumnValues,
    }));
    await engine.defineColumns(table, columns);
  }
}

/** The same values for all four sensors of a reading, moved apart. */
export function reading(machine_id: string, measured_at: number, value: number | null): Reading {
  const [volt, rotate, pressure, vibration] = [0, 1, 2, 3].map((i) => (value === null ? null : value + i));
  return { machine_id, measured_at, volt, rotate, pressure, vibration } as Reading;
}

/**
 * The past of one fleet up to an instant, included, and the future of another after it. Each machine has a reading right
 * after the instant, so that its rows up to there exist whatever the future.
 */
export function joinedFleet(past: Fleet, future: Fleet, instant: number): Fleet {
  const ids = new Set([...past.telemetry, ...future.telemetry].map((row) => row.machine_id));
  const bridge = [...ids].map((id) => reading(id, instant + 1, 100));
  const joined = <Row>(pastRows: readonly Row[], futureRows: readonly Row[], time: (row: Row) => number) => [
    ...pastRows.filter((row) => time(row) <= instant),
    ...futureRows.filter((row) => time(row) > instant),
  ];
  return {
    machines: past.machines,
    telemetry: [...joined(past.telemetry, future.telemetry, (row) => row.measured_at), ...bridge],
    errors: joined(past.errors, future.errors, (row) => row.occurred_at),
    maintenance: joined(past.maintenance, future.maintenance, (row) => row.replaced_at),
    failures: joined(past.failures, future.failures, (row) => row.failed_at),
  };
}
