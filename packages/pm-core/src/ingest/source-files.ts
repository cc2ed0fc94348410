import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareNatural } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { type RawTable, SOURCE_FILES } from '../tables.ts';

export type FileFormat = 'csv' | 'parquet';

/** A file of a source where it lies: a path, or a URL. */
export interface SourceFile {
  readonly table: RawTable;
  /** Its name without folder, such as PdM_errors.csv.gz. */
  readonly name: string;
  readonly location: string;
  readonly format: FileFormat;
  readonly gzipped: boolean;
}

const ENDINGS = ['.csv', '.csv.gz', '.parquet'] as const;

/** Whether a source is a URL prefix rather than a folder. */
export const isUrl = (source: string): boolean => /^https?:\/\//i.test(source);

/**
 * The files of a table in a folder, in natural order of their names: `STEM.csv`, `.csv.gz` or `.parquet`, or parts
 * `STEM-*` and `STEM_*` of the same endings.
 * @throws UserError `source-not-found`, `missing-file` (what is there, what is expected), `ambiguous-file`.
 */
export const filesInFolder = (folder: string, table: RawTable): SourceFile[] =>
  filesAmong(listFolder(folder), table, folder);

/** As {@link filesInFolder}, of a folder that holds files of these names. @throws UserError `missing-file`, `ambiguous-file`. */
export function filesAmong(present: readonly string[], table: RawTable, folder: string): SourceFile[] {
  const { stem } = SOURCE_FILES[table];
  const names = present.filter((name) => isPart(stem, name)).sort(compareNatural);
  if (names.length === 0) throw missingFile(table, folder, `The folder holds ${someOf(present)}.`);
  const twin = names.find(
    (name, i) => names.findIndex((other) => withoutEnding(other) === withoutEnding(name)) < i,
  );
  if (twin !== undefined) {
    const both = names.filter((name) => withoutEnding(name) === withoutEnding(twin)).join(' and ');
    throw new UserError('ambiguous-file', `${folder} holds ${both}: one and the same part in two formats.`, {
      next: 'Remove one of them.',
    });
  }
  return names.map((name) => sourceFile(table, name, join(folder, name)));
}

/** The places where a table's file may be below a URL prefix (its query is kept), to be tried in this order. */
export function urlCandidates(prefix: string, table: RawTable): SourceFile[] {
  return ENDINGS.map((ending) => {
    const name = SOURCE_FILES[table].stem + ending;
    const url = new URL(prefix);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${name}`;
    return sourceFile(table, name, url.href);
  });
}

const SHOWN_NAMES = 30;

/** Names for a message, not all of a folder of thousands. */
export function someOf(names: readonly string[]): string {
  const left = names.length - SHOWN_NAMES;
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return left > 0 ? `${shown} and ${left} more` : shown || 'no file';
}

export const missingFile = (table: RawTable, source: string, found: string): UserError => {
  const { stem } = SOURCE_FILES[table];
  return new UserError(
    'missing-file',
    `${source} has no file of the table ${table}: expected ${stem}.csv, ${stem}.csv.gz or ${stem}.parquet, or parts such as ${stem}-2015.csv. ${found}`,
    {
      next: 'Add the file (a header alone will do where nothing happened), or leave the table out with --tables.',
    },
  );
};

const sourceFile = (table: RawTable, name: string, location: string): SourceFile => ({
  table,
  name,
  location,
  format: name.endsWith('.parquet') ? 'parquet' : 'csv',
  gzipped: name.endsWith('.gz'),
});

function isPart(stem: string, name: string): boolean {
  const rest = withoutEnding(name).slice(stem.length);
  return name.startsWith(stem) && ENDINGS.some((ending) => name.endsWith(ending)) && /^([-_].*)?$/.test(rest);
}

/** The name of a part, whatever its format: no folder has two files of one. */
export const withoutEnding = (name: string): string => name.replace(/(\.csv|\.csv\.gz|\.parquet)$/, '');

function listFolder(folder: string): string[] {
  const next = 'Name the folder or the URL (http, https, s3, abfss or wasbs) that holds the PdM_*.csv files.';
  const kind = statSync(folder, { throwIfNoEntry: false });
  if (kind === undefined) throw new UserError('source-not-found', `There is no folder ${folder}.`, { next });
  if (!kind.isDirectory())
    throw new UserError('source-not-found', `${folder} is a file, not a folder.`, { next });
  return readdirSync(folder).sort(compareNatural);
}
