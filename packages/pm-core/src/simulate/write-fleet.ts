import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDuckDb } from '../engine/index.ts';
import { RAW_TABLES, type RawTable } from '../tables.ts';
import { plantedLaw } from './planted-law.ts';
import { LAW_FILE, replaceSourceFiles } from './replace-source-files.ts';
import type { Fleet } from './simulate-fleet.ts';
import type { SimulatedMachine } from './simulate-machine.ts';
import { fillSourceTable } from './source-rows.ts';

export interface WriteFleetOptions {
  /** Called with the share of the machines that is done, ascending in [0, 1]. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Stops the work between two blocks of machines. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes the rows of the connection's table of that name to files in `folder`; telemetry comes in blocks 0, 1 … of machines. */
export type WriteTable = (
  connection: DuckDBConnection,
  table: RawTable,
  folder: string,
  block: number,
) => Promise<void>;

/** Readings that are in memory at one time, ≈ 48 bytes each: 100 machines of a year. */
const BLOCK_READINGS = 876_100;

/** Writes each raw table by `writeTable` and the planted law, all or nothing; returns the names of the files in `directory`. */
export function writeFleet(
  fleet: Fleet,
  directory: string,
  { onProgress, signal }: WriteFleetOptions,
  writeTable: WriteTable,
): Promise<string[]> {
  return replaceSourceFiles(directory, async (folder) => {
    const engine = await openDuckDb({ threads: 1 });
    const { connection } = engine;
    try {
      const withoutReadings: SimulatedMachine[] = [];
      let block = 0;
      for (const machines of blocks(fleet)) {
        signal?.throwIfAborted();
        await fillSourceTable(connection, 'telemetry', machines);
        await writeTable(connection, 'telemetry', folder, block++);
        for (const machine of machines) withoutReadings.push({ ...machine, telemetry: NO_READINGS });
        onProgress?.(withoutReadings.length / fleet.parameters.machines);
      }
      for (const table of RAW_TABLES.filter((name) => name !== 'telemetry')) {
        await fillSourceTable(connection, table, withoutReadings);
        await writeTable(connection, table, folder, 0);
      }
      const law = plantedLaw(fleet.parameters, fleet.law, withoutReadings);
      writeFileSync(join(folder, LAW_FILE), `${JSON.stringify(law, null, 1)}\n`);
      signal?.throwIfAborted();
    } finally {
      engine.close();
    }
  });
}

const none = new Float64Array(0);
const NO_READINGS = { volt: none, rotate: none, pressure: none, vibration: none };

function* blocks(fleet: Fleet): Generator<SimulatedMachine[]> {
  const machinesPerBlock = Math.max(1, Math.floor(BLOCK_READINGS / fleet.parameters.hours));
  let block: SimulatedMachine[] = [];
  for (const machine of fleet) {
    block.push(machine);
    if (block.length < machinesPerBlock) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
