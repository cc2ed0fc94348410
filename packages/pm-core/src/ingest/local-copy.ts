import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../errors.ts';
import type { RawTable } from '../tables.ts';
import { type DownloadOptions, download } from './download.ts';
import { freePath } from './free-path.ts';
import type { RemoteFolder } from './remote-folder.ts';
import { filesAmong, filesInFolder, isUrl, type SourceFile } from './source-files.ts';

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
