import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { literal } from '../engine/index.ts';
import { SOURCE_FILES } from '../tables.ts';
import type { Fleet } from './simulate-fleet.ts';
import { type WriteFleetOptions, type WriteTable, writeFleet } from './write-fleet.ts';

/**
 * Writes a fleet as five CSV files in the public schema (PdM_telemetry.csv …) and `planted-law.json` into `directory`:
 * timestamps `YYYY-MM-DD HH:MM:SS`, doubles in shortest round-trip form, machine by machine, ascending in time. They take the
 * place of an earlier simulation's files; if the work fails, is stopped or killed, nothing in `directory` has changed.
 * @returns the names of the files.
 * @throws UserError `unwritable-folder`; the signal's reason.
 */
export const writeCsvFiles = (
  fleet: Fleet,
  directory: string,
  options: WriteFleetOptions = {},
): Promise<string[]> => writeFleet(fleet, directory, options, writeCsv);

const writeCsv: WriteTable = async (connection, table, folder, block) => {
  const file = join(folder, `${SOURCE_FILES[table].stem}.csv`);
  const target = block === 0 ? file : `${file}.block`;
  await connection.run(`COPY ${table} TO ${literal(target)} (FORMAT csv, HEADER ${block === 0})`);
  if (block === 0) return;
  // DuckDB's COPY cannot append.
  await pipeline(createReadStream(target), createWriteStream(file, { flags: 'a' }));
  rmSync(target);
};
