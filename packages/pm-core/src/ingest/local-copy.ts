import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../errors.ts';
import type { RawTable } from '../tables.ts';
import { type RemoteFolder, withoutSecrets } from './remote-folder.ts';
import {
  filesAmong,
  filesInFolder,
  isUrl,
  missingFile,
  type SourceFile,
  urlCandidates,
} from './source-files.ts';

/** A file of a source on this machine, as it was delivered. */
export interface DeliveredFile extends SourceFile {
  /** Of its bytes. */
  readonly sha256: string;
}

/** A file of a source as plain CSV or Parquet on this machine. */
export interface LocalFile extends Pick<SourceFile, 'table' | 'name' | 'format'> {
  readonly path: string;
}

export interface CopyOptions extends DownloadOptions {
  /** Gives a folder for downloaded and unpacked files. */
  scratch: () => string;
  /** The source where only a client of its own reads it. */
  remote: RemoteFolder | undefined;
}

export type UnpackOptions = Pick<CopyOptions, 'scratch'> & { readonly signal?: AbortSignal | undefined };

export interface DownloadOptions {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal | undefined;
}

/**
 * The files of a table of a source (a folder, a URL prefix or what `remote` reads), downloaded where they need it.
 * @throws UserError `source-not-found`, `missing-file`, `ambiguous-file`, `download-failed`, and what `remote` throws.
 */
export async function deliveredFiles(
  source: string,
  table: RawTable,
  options: CopyOptions,
): Promise<DeliveredFile[]> {
  const files = await filesOf(source, table, options);
  const delivered: DeliveredFile[] = [];
  for (const file of files) delivered.push({ ...file, sha256: await sha256Of(file.location, options) });
  return delivered;
}

async function filesOf(source: string, table: RawTable, options: CopyOptions): Promise<SourceFile[]> {
  const { remote, scratch } = options;
  if (isUrl(source)) return [await download(source, table, options)];
  if (remote === undefined) return filesInFolder(source, table);
  const fetched: SourceFile[] = [];
  for (const file of filesAmong(await remote.list(), table, remote.location)) {
    const path = freePath(scratch(), file.name);
    await remote.fetch(file.name, path);
    fetched.push({ ...file, location: path });
  }
  return fetched;
}

/** A delivered file, unpacked if it needs it. @throws UserError `damaged-file`. */
export async function localFile(file: DeliveredFile, options: UnpackOptions): Promise<LocalFile> {
  const { table, name, format } = file;
  return { table, name, format, path: file.gzipped ? await unpack(file, options) : file.location };
}

async function sha256Of(path: string, { signal }: DownloadOptions): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

async function unpack(file: SourceFile, { scratch, signal }: UnpackOptions): Promise<string> {
  const path = freePath(scratch(), file.name.replace(/\.gz$/, ''));
  try {
    await pipeline(createReadStream(file.location), createGunzip(), createWriteStream(path), { signal });
  } catch (cause) {
    if (!String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause;
    throw new UserError('damaged-file', `${file.name} is no whole gzip file: ${(cause as Error).message}.`, {
      next: 'Fetch the file again.',
      cause,
    });
  }
  return path;
}

async function download(prefix: string, table: RawTable, options: CopyOptions): Promise<SourceFile> {
  const tried: string[] = [];
  for (const file of urlCandidates(prefix, table)) {
    const response = await request(file.location, options);
    if (response.ok && response.body !== null) {
      const path = freePath(options.scratch(), file.name);
      await save(response.body, path, file, options);
      return { ...file, location: path };
    }
    await response.body?.cancel();
    // Object stores answer 403 for an absent name where listing is not allowed.
    if (![403, 404, 410].includes(response.status)) throw failed(file, `HTTP status ${response.status}`);
    tried.push(`${file.name}: ${response.status}`);
  }
  throw missingFile(table, withoutSecrets(prefix), `The server answered ${tried.join(', ')}.`);
}

/** Downloads one file. @throws UserError `download-failed` */
export async function downloadFile(url: string, path: string, options: DownloadOptions): Promise<void> {
  const response = await request(url, options);
  if (response.ok && response.body !== null) return save(response.body, path, { location: url }, options);
  await response.body?.cancel();
  throw failed({ location: url }, `HTTP status ${response.status}`);
}

async function request(url: string, { fetch, signal }: DownloadOptions): Promise<Response> {
  try {
    return await fetch(url, signal === undefined ? {} : { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw failed({ location: url }, reasonOf(cause), cause);
  }
}

async function save(
  body: ReadableStream,
  path: string,
  file: Pick<SourceFile, 'location'>,
  { signal }: DownloadOptions,
): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(path), { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw failed(file, reasonOf(cause), cause);
  }
}

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
};

const failed = (file: { location: string }, why: string, cause?: unknown): UserError =>
  new UserError('download-failed', `${withoutSecrets(file.location)} could not be read: ${why}.`, {
    next: 'Check the address and that this machine reaches it.',
    cause,
  });

function freePath(folder: string, name: string): string {
  for (let n = 0; ; n++) {
    const path = join(folder, `${n}-${name}`);
    if (!existsSync(path)) return path;
  }
}
