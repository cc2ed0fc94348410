import { join } from 'node:path';
import { literal } from '../engine/index.ts';
import { SOURCE_FILES } from '../tables.ts';
import type { Fleet } from './simulate-fleet.ts';
import { type WriteFleetOptions, type WriteTable, writeFleet } from './write-fleet.ts';

/**
 * Writes a fleet as Parquet files in the public schema and `planted-law.json` into `directory`: the same rows as
 * `writeCsvFiles` in the same order, the same doubles to the bit; telemetry in parts PdM_telemetry-001.parquet …
 * Replaces and fails as that does.
 * @returns the names of the files.
 * @throws UserError `unwritable-folder`; the signal's reason.
 */
export const writeParquetFiles = (
  fleet: Fleet,
  directory: string,
  options: WriteFleetOptions = {},
): Promise<string[]> => writeFleet(fleet, directory, options, writeParquet);

const writeParquet: WriteTable = async (connection, table, folder, block) => {
  const part = table === 'telemetry' ? `-${String(block + 1).padStart(3, '0')}` : '';
  const file = join(folder, `${SOURCE_FILES[table].stem}${part}.parquet`);
  await connection.run(`COPY ${table} TO ${literal(file)} (FORMAT parquet, COMPRESSION snappy)`);
};
