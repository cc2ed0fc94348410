import { closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';

export const MANIFEST_FILE = 'lake.json';
/** Room for what a locked operation leaves behind only when it is killed. */
export const SCRATCH_FOLDER = '.scratch';

/** A Parquet file of a table, or of a month of it, that a commit writes, relative to the lake. No two commits share a generation. */
export const tableFile = (table: string, generation: number, month?: string): string =>
  `${table}/${table}-${String(generation).padStart(6, '0')}${month === undefined ? '' : `-${month}`}.parquet`;

/** The name under which a file is written before it is whole: Parquet readers skip a leading dot. */
export const draftOf = (file: string): string => file.replace(/\/(.*)$/, '/.$1.draft');

/** Waits until a file, or the names in a folder, are on the disk. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes what killed commits left and the manifest does not name. Touches no file of a shape that a lake never writes. */
export function sweep(directory: string, manifest: Manifest): void {
  const named = new Set(Object.values(manifest.tables).flatMap((table) => table.files));
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const file of readdirSync(join(directory, entry.name))) {
      const path = `${entry.name}/${file}`;
      if (isOwn(entry.name, file) && !named.has(path)) rmSync(join(directory, path), { force: true });
    }
  }
}

/** A file of {@link tableFile}, or its draft; engines prefix a draft's name while they write it. */
function isOwn(table: string, file: string): boolean {
  const [before, after] = file.split(`${table}-`, 2);
  return (
    ['', '.', 'tmp_.'].includes(before) && /^\d{6,}(-\d{4,6}-\d\d)?\.parquet(\.draft)?$/.test(after ?? '')
  );
}
