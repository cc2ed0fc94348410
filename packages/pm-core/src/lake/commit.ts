import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareNatural } from '../engine/index.ts';
import { draftOf, MANIFEST_FILE, sweep, syncToDisk, tableFile } from './files.ts';
import { writing } from './folder-error.ts';
import type { Manifest, TableEntry } from './manifest.ts';

/** Writes one Parquet file at `path` and returns its number of rows. */
export type FileWrite = (path: string) => Promise<number>;

/** What a derived table or a table of results is from. */
type Derivation = Partial<Pick<TableEntry, 'computedFrom' | 'settings' | 'scoredFrom'>>;

/** A table's new content. It replaces the old one as a whole. */
export interface TableWrite extends Derivation {
  write: FileWrite;
}

/** New content of months (`YYYY-MM`) of a table that has a file a month. It replaces a table in one file as a whole. */
export interface MonthsWrite extends Derivation {
  months: Readonly<Record<string, FileWrite>>;
  /** What becomes of the months not named. */
  others: 'stay' | 'go';
}

/** What a commit changes; what it does not name stays. */
export interface LakeChange
  extends Partial<Pick<Manifest, 'origin' | 'appended' | 'gridAnchor' | 'ingested'>> {
  /** New content by table; null removes a table. */
  tables?: Readonly<Record<string, TableWrite | MonthsWrite | null>>;
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
    else if ('write' in table) tables[name] = await writeWhole(root, tableFile(name, generation), table);
    else tables[name] = await writeMonths(root, table, { name, generation, before: before[name] });
  }
  return tables;
}

async function writeWhole(
  root: string,
  file: string,
  { write, ...derivation }: TableWrite,
): Promise<TableEntry> {
  return { files: [file], rowCount: await writeFile(root, file, write), ...derivation };
}

async function writeMonths(
  root: string,
  { months: changed, others, ...derivation }: MonthsWrite,
  { name, generation, before }: { name: string; generation: number; before: TableEntry | undefined },
): Promise<TableEntry> {
  const months = new Map(Object.entries(others === 'stay' ? (before?.months ?? {}) : {}));
  for (const [month, write] of Object.entries(changed)) {
    const file = tableFile(name, generation, month);
    months.set(month, { file, rowCount: await writeFile(root, file, write) });
  }
  const sorted = [...months].sort(([a], [b]) => compareNatural(a, b));
  return {
    files: sorted.map(([, { file }]) => file),
    rowCount: sorted.reduce((total, [, { rowCount }]) => total + rowCount, 0),
    months: Object.fromEntries(sorted),
    ...derivation,
  };
}

async function writeFile(root: string, file: string, write: FileWrite): Promise<number> {
  const path = join(root, file);
  const draft = join(root, draftOf(file));
  writing(root, () => mkdirSync(dirname(path), { recursive: true }));
  const rowCount = await write(draft);
  writing(root, () => {
    syncToDisk(draft);
    renameSync(draft, path);
    syncToDisk(dirname(path));
  });
  return rowCount;
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text);
  syncToDisk(draft);
  renameSync(draft, path);
  syncToDisk(dirname(path));
}
