import { readdirSync, statSync } from 'node:fs';
import { basename, join, matchesGlob, resolve } from 'node:path';
import type { TabularConfig } from '../config.ts';
import { compareNatural } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { type DownloadOptions, downloadFile, withoutSecrets } from '../ingest/local-copy.ts';
import { isUrl } from '../ingest/source-files.ts';

/** A file with rows of the workflow, on this machine. */
export interface SampleFile {
  readonly path: string;
  readonly name: string;
  /** Where it came from: its absolute path, or its URL without credentials. */
  readonly location: string;
  /** Columns that all its rows have besides those in it. */
  readonly constants: Readonly<Record<string, number>>;
}

export interface SampleSource extends DownloadOptions {
  /** Folder or URL prefix of the workflow's files, or one CSV file of any name. */
  readonly source: string;
  /** Folder for what is downloaded. */
  readonly scratch: string;
}

/**
 * The files of a source, in the order of the workflow and then of their names.
 * @throws UserError `source-not-found`, `missing-file`, `download-failed`.
 */
export async function sampleFiles(
  { files }: Pick<TabularConfig, 'files'>,
  { source, scratch, ...download }: SampleSource,
): Promise<SampleFile[]> {
  if (isUrl(source)) return downloaded(files, source, { ...download, scratch });
  const kind = statSync(source, { throwIfNoEntry: false });
  if (kind?.isFile()) return [oneFile(files, source)];
  if (kind === undefined) {
    const next = 'Name a folder, a CSV file or an http(s) URL with --source (SOURCE=… with make).';
    throw new UserError('source-not-found', `There is no ${source}.`, { next });
  }
  const present = readdirSync(source).sort(compareNatural);
  return files.flatMap(({ name: pattern, columns }) => {
    const names = present.filter((name) => matchesGlob(name, pattern));
    if (names.length === 0) throw missingFile(source, pattern, present);
    return names.map((name) => ({
      path: join(source, name),
      name,
      location: resolve(source, name),
      constants: columns,
    }));
  });
}

type Files = TabularConfig['files'];

/** A file that the workflow knows by its name has that name's constant columns; any other brings all columns itself. */
function oneFile(files: Files, path: string): SampleFile {
  const name = basename(path);
  const known = files.find(({ name: pattern }) => matchesGlob(name, pattern));
  return { path, name, location: resolve(path), constants: known?.columns ?? {} };
}

async function downloaded(
  files: Files,
  prefix: string,
  { scratch, ...options }: DownloadOptions & { scratch: string },
): Promise<SampleFile[]> {
  const found: SampleFile[] = [];
  for (const { name, columns } of files) {
    const url = new URL(prefix);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(name)}`;
    const path = join(scratch, `${found.length}-${basename(name)}`);
    await downloadFile(url.href, path, options).catch((cause: unknown) => {
      if (!(cause instanceof UserError)) throw cause;
      const next =
        'Name a folder that holds the files with --source (SOURCE=… with make), or try again later.';
      throw new UserError(cause.code, cause.message, { next, cause });
    });
    found.push({ path, name, location: withoutSecrets(url.href), constants: columns });
  }
  return found;
}

const missingFile = (source: string, pattern: string, present: readonly string[]): UserError =>
  new UserError(
    'missing-file',
    `${source} has no file ${pattern}: it holds ${present.join(', ') || 'no file'}.`,
    {
      next: 'Add the file, or correct `files` in the workflow file.',
    },
  );
