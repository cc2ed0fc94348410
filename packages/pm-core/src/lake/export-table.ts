import { createReadStream, createWriteStream, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { identifier, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import type { Table } from '../tables.ts';
import { keyOrder } from './key-order.ts';
import { tableText } from './table-text.ts';

export type ExportFormat = 'csv' | 'json' | 'parquet';

/**
 * Writes a table that the engine knows: exactly the columns of `table`, rows in the order of its key; see
 * {@link tableText} for CSV and JSON. Never holds more than a few thousand rows as text. A file at a path is replaced
 * once all is written; a stream is left open.
 * @throws UserError `export-failed` for a path that cannot be written; a stream's own error as it is.
 */
export async function exportTable(
  engine: TableEngine,
  table: Table,
  format: ExportFormat,
  output: string | Writable,
): Promise<void> {
  if (typeof output === 'string')
    return replaceFile(output, (path) => writeFile(engine, table, format, path));
  if (format !== 'parquet') return pipeline(tableText(engine, table, format), output, { end: false });
  const folder = mkdtempSync(join(tmpdir(), 'pm-export-'));
  try {
    const path = join(folder, 'table.parquet');
    await writeFile(engine, table, format, path);
    await pipeline(createReadStream(path), output, { end: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeFile(
  engine: TableEngine,
  table: Table,
  format: ExportFormat,
  path: string,
): Promise<void> {
  if (format !== 'parquet') return pipeline(tableText(engine, table, format), createWriteStream(path));
  const columns = table.columns.map(({ name }) => identifier(name)).join(', ');
  await engine.writeParquet(
    `SELECT ${columns} FROM ${identifier(table.name)} ORDER BY ${keyOrder(table)}`,
    path,
  );
}

async function replaceFile(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.draft`;
  try {
    // Tried here, because an engine's error of a path that it cannot write is no system error.
    writeFileSync(draft, '');
    try {
      await write(draft);
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new UserError('export-failed', `${path} cannot be written: ${(cause as Error).message}.`, {
      next: 'Name a file in a folder that exists and can be written.',
      cause,
    });
  }
}
