import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { draftOf, MANIFEST_FILE, sweep, syncToDisk, tableFile } from './files.ts';
import { writing } from './folder-error.ts';
import type { Manifest, TableEntry } from './manifest.ts';

/** A table's new content. It replaces the old one as a whole. */
export interface TableWrite {
  /** Writes one Parquet file at `path` and returns its number of rows. */
  write: (path: string) => Promise<number>;
  /** Of a derived table: {@link lineage} of its inputs. */
  computedFrom?: string;
}

/** What a commit changes; what it does not name stays. */
export interface LakeChange
  extends Partial<Pick<Manifest, 'origin' | 'appended' | 'gridAnchor' | 'ingested'>> {
  /** New content by table; null removes a table. */
  tables?: Readonly<Record<string, TableWrite | null>>;
}

/** New files first, each whole and on the disk; then the manifest, by a rename; then the files that it no longer names. */
export async function commitChange(root: string, before: Manifest, change: LakeChange): Promise<Manifest> {
  const { tables: changed = {}, ...facts } = change;
  const generation = before.generation + 1;
  const tables = await writeTables(root, before.tables, changed, generation).catch((error: unknown) => {
    sweep(root, before);
    throw error;
  });
  const after: Manifest = Object.freeze({ ...before, ...facts, generation, tables });
  writing(root, () => {
    replaceFile(join(root, MANIFEST_FILE), `${JSON.stringify(after, null, 2)}\n`);
    sweep(root, after);
  });
  return after;
}

async function writeTables(
  root: string,
  before: Manifest['tables'],
  changed: NonNullable<LakeChange['tables']>,
  generation: number,
): Promise<Record<string, TableEntry>> {
  const tables = { ...before };
  for (const [name, table] of Object.entries(changed)) {
    if (table === null) delete tables[name];
    else tables[name] = await writeTable(root, tableFile(name, generation), table);
  }
  return tables;
}

async function writeTable(root: string, file: string, table: TableWrite): Promise<TableEntry> {
  const path = join(root, file);
  const draft = join(root, draftOf(file));
  writing(root, () => mkdirSync(dirname(path), { recursive: true }));
  const rowCount = await table.write(draft);
  writing(root, () => {
    syncToDisk(draft);
    renameSync(draft, path);
    syncToDisk(dirname(path));
  });
  return {
    files: [file],
    rowCount,
    ...(table.computedFrom === undefined ? {} : { computedFrom: table.computedFrom }),
  };
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text);
  syncToDisk(draft);
  renameSync(draft, path);
  syncToDisk(dirname(path));
}
