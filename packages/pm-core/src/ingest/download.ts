import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import type { RawTable } from '../tables.ts';
import { freePath } from './free-path.ts';
import { withoutSecrets } from './remote-folder.ts';
import { missingFile, type SourceFile, urlCandidates } from './source-files.ts';

export interface DownloadOptions {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal | undefined;
}

/**
 * Downloads a table's file below a URL prefix into a folder that `scratch` gives.
 * @throws UserError `missing-file`, `download-failed`.
 */
export async function download(
  prefix: string,
  table: RawTable,
  options: DownloadOptions & { scratch: () => string },
): Promise<SourceFile> {
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
