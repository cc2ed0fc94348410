import { readdirSync, statSync } from 'node:fs';
import { basename, join, matchesGlob, resolve } from 'node:path';
import type { TabularConfig } from '../config.ts';
import { compareNatural } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { type DownloadOptions, downloadFile } from '../ingest/download.ts';
import { isRemote, type OpenSource, openRemote, withoutSecrets } from '../ingest/remote-folder.ts';
import { isUrl, someOf } from '../ingest/source-files.ts';

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
  /** Folder or URL prefix of the workflow's files, or one CSV file of any name (at a URL it ends with .csv). */
  readonly source: string;
  /** Reads sources of other URLs than http(s); these are refused without it. */
  readonly openSource?: OpenSource | undefined;
  /** Folder for what is downloaded. */
  readonly scratch: string;
}

/**
 * The files of a source, in the order of the workflow and then of their names.
 * @throws UserError `source-not-found`, `missing-file`, `download-failed`, and what `openSource` throws.
 */
export async function sampleFiles(
  { files }: Pick<TabularConfig, 'files'>,
  { source, scratch, openSource, ...download }: SampleSource,
): Promise<SampleFile[]> {
  if (isRemote(source)) return fetched(files, source, { scratch, openSource });
  if (isUrl(source)) return downloaded(files, source, { ...download, scratch });
  const kind = statSync(source, { throwIfNoEntry: false });
  if (kind?.isFile()) return [oneFile(files, source)];
  if (kind === undefined) {
    const next =
      'Name a folder, a CSV file or a URL (http, https, s3, abfss or wasbs) with --source (SOURCE=… with make).';
    throw new UserError('source-not-found', `There is no ${source}.`, { next });
  }
  const present = readdirSync(source).sort(compareNatural);
  return matching(files, present, source).map((file) => ({
    ...file,
    path: join(source, file.name),
    location: resolve(source, file.name),
  }));
}

type Files = TabularConfig['files'];

/** Which of the names in a folder the workflow means. @throws UserError `missing-file` */
const matching = (files: Files, present: readonly string[], folder: string) =>
  files.flatMap(({ name: pattern, columns: constants }) => {
    const names = present.filter((name) => matchesGlob(name, pattern));
    if (names.length === 0) throw missingFile(folder, pattern, present);
    return names.map((name) => ({ name, constants }));
  });

/** A file that the workflow knows by its name has that name's constant columns; any other brings all columns itself. */
function oneFile(files: Files, path: string): SampleFile {
  const name = basename(path);
  return { path, name, location: resolve(path), constants: constantsOf(files, name) };
}

const constantsOf = (files: Files, name: string): SampleFile['constants'] =>
  files.find(({ name: pattern }) => matchesGlob(name, pattern))?.columns ?? {};

async function fetched(
  files: Files,
  source: string,
  { scratch, openSource }: Pick<SampleSource, 'scratch' | 'openSource'>,
): Promise<SampleFile[]> {
  const [, parent, oneName] = /^(.*[^/:]\/+)([^/]+\.csv)$/is.exec(source) ?? [];
  const remote = openRemote(parent ?? source, openSource)!;
  const wanted =
    oneName === undefined
      ? matching(files, [...(await remote.list())].sort(compareNatural), remote.location)
      : [{ name: oneName, constants: constantsOf(files, oneName) }];
  const found: SampleFile[] = [];
  for (const { name, constants } of wanted) {
    const path = join(scratch, `${found.length}-${name}`);
    await remote.fetch(name, path);
    found.push({ path, name, location: `${remote.location}/${name}`, constants });
  }
  return found;
}

async function downloaded(
  files: Files,
  source: string,
  { scratch, ...options }: DownloadOptions & { scratch: string },
): Promise<SampleFile[]> {
  const found: SampleFile[] = [];
  for (const { name, url, constants } of urlsOf(files, new URL(source))) {
    const path = join(scratch, `${found.length}-${basename(name)}`);
    await downloadFile(url, path, options).catch((cause: unknown) => {
      if (!(cause instanceof UserError)) throw cause;
      const next =
        'Name a folder that holds the files with --source (SOURCE=… with make), or try again later.';
      throw new UserError(cause.code, cause.message, { next, cause });
    });
    found.push({ path, name, location: withoutSecrets(url), constants });
  }
  return found;
}

/** The one CSV file that a URL names, or the workflow's files below it; its query is kept. */
function urlsOf(
  files: Files,
  { href, pathname }: URL,
): (Pick<SampleFile, 'name' | 'constants'> & { url: string })[] {
  if (/\.csv$/i.test(pathname)) {
    const name = decodeURIComponent(basename(pathname));
    return [{ name, url: href, constants: constantsOf(files, name) }];
  }
  return files.map(({ name, columns }) => {
    const url = new URL(href);
    url.pathname = `${pathname.replace(/\/$/, '')}/${encodeURIComponent(name)}`;
    return { name, url: url.href, constants: columns };
  });
}

const missingFile = (source: string, pattern: string, present: readonly string[]): UserError =>
  new UserError('missing-file', `${source} has no file ${pattern}: it holds ${someOf(present)}.`, {
    next: 'Add the file, or correct `files` in the workflow file.',
  });
