import { UserError } from 'pm-core';
import type { MlflowClient } from '../client.ts';
import { errorFromAnswer, errorFromFailure, isNetworkFailure } from '../mlflow-error.ts';
import type { SignedUrl } from './databricks-artifacts.ts';
import { unlessStuck, uploadSignal } from './unless-stuck.ts';

/** What one request may carry to S3 (5 GiB) and to Azure (5,000 MiB). */
const mostBytes = 5000 * 1024 * 1024;
/** Of one append to a Data Lake file; the service takes up to 100 MB. */
const appendBytes = 64 * 1024 * 1024;

export interface SignedTransfer {
  readonly client: MlflowClient;
  readonly signed: Pick<SignedUrl, 'url' | 'headers'>;
  /** Of the file, for people. */
  readonly place: string;
}

/**
 * Stores content at a signed URL, in the way that its kind of storage wants. Tried once: a signature is good for one try.
 * @throws MlflowError with the storage's status; UserError `artifact-too-large`
 */
export async function putSigned(
  transfer: SignedTransfer & { readonly signed: SignedUrl },
  content: Blob,
): Promise<void> {
  const { kind } = transfer.signed;
  if (kind === 'AZURE_ADLS_GEN2_SAS_URI') return putDataLakeFile(transfer, content);
  if (content.size > mostBytes) {
    throw new UserError(
      'artifact-too-large',
      `${transfer.place} has ${content.size} bytes; an upload takes up to ${mostBytes}.`,
      {
        next: 'Split it into smaller files.',
      },
    );
  }
  await send(transfer, {
    method: 'PUT',
    body: content,
    ...(kind === 'AZURE_SAS_URI' && { headers: { 'x-ms-blob-type': 'BlockBlob' } }),
  });
}

/** Stores a part of a file, tried once; answers the storage's ETag of it, '' if it gave none. @throws MlflowError */
export async function putPart(transfer: SignedTransfer, content: Blob): Promise<string> {
  const headers = await send(transfer, { method: 'PUT', body: content });
  return headers.get('etag') ?? '';
}

/** The bytes at a signed URL. @throws MlflowError where they are missing or break off. */
export async function* getSigned(transfer: SignedTransfer): AsyncGenerator<Uint8Array, void, undefined> {
  const { client, place } = transfer;
  try {
    yield* unlessStuck(client, async (signal) => {
      const response = await request(transfer, { method: 'GET', signal });
      return response.body ?? [];
    });
  } catch (error) {
    if (!isNetworkFailure(error)) throw error;
    throw errorFromFailure({ method: 'GET', path: place }, error, client.timeoutMs);
  }
}

/** Data Lake Storage Gen2 creates a file, appends at a position and makes it visible by a flush. */
async function putDataLakeFile(transfer: SignedTransfer, content: Blob): Promise<void> {
  await send(transfer, { method: 'PUT', query: { resource: 'file' } });
  for (let position = 0; position < content.size; position += appendBytes) {
    const body = content.slice(position, position + appendBytes);
    await send(transfer, { method: 'PATCH', query: { action: 'append', position: `${position}` }, body });
  }
  await send(transfer, { method: 'PATCH', query: { action: 'flush', position: `${content.size}` } });
}

interface SignedRequest {
  readonly method: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
  readonly signal?: AbortSignal;
}

async function send(transfer: SignedTransfer, init: SignedRequest): Promise<Headers> {
  const { client, place } = transfer;
  const signal = uploadSignal(client, init.body?.size ?? 0);
  try {
    const response = await request(transfer, { ...init, signal });
    await response.arrayBuffer();
    return response.headers;
  } catch (error) {
    client.signal?.throwIfAborted();
    if (!isNetworkFailure(error)) throw error;
    throw errorFromFailure({ method: init.method, path: place }, error, client.timeoutMs);
  }
}

async function request(
  { signed, place }: SignedTransfer,
  { method, query = {}, headers, body, signal }: SignedRequest,
): Promise<Response> {
  const added = new URLSearchParams(query).toString();
  const url = added === '' ? signed.url : `${signed.url}${signed.url.includes('?') ? '&' : '?'}${added}`;
  const response = await fetch(url, {
    method,
    headers: { ...signed.headers, ...headers },
    body: body ?? null,
    signal: signal ?? null,
    redirect: 'error',
  });
  if (response.ok) return response;
  throw errorFromAnswer({ method, path: place }, response, await response.text(), Date.now());
}
