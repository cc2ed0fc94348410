import { UserError } from 'pm-core';
import { z } from 'zod';
import { answerOf, type MlflowClient } from '../client.ts';
import { MlflowError } from '../mlflow-error.ts';
import { retrying } from '../retry.ts';
import { type MultipartSettings, multipartSettingsFrom } from './multipart-settings.ts';
import { putPart } from './signed-transfer.ts';
import { ArtifactStoreError } from './store-error.ts';

const mostParts = 10_000;
const partsAtOnce = 4;

const Credential = z.object({
  url: z.string().regex(/^https?:\/\//),
  part_number: z.coerce.number().int(),
  headers: z.record(z.string(), z.string()).default({}),
});
type Credential = z.infer<typeof Credential>;

/**
 * Stores a large file behind a server's artifact proxy in parts, straight at the storage by URLs that the server signs. False,
 * with nothing done, where the file is too small for that, the settings or the server don't want it, or its storage can't.
 * A part is tried as often as the client's `retry` says; where one fails for good, the upload is aborted: no file is left.
 * @param path Of the file behind the proxy.
 * @throws ArtifactStoreError for a part; MlflowError of the server; UserError `bad-multipart-setting`, `bad-multipart-answer`
 */
export async function uploadInParts(client: MlflowClient, path: string, content: Blob): Promise<boolean> {
  const settings = multipartSettingsFrom(client.environment);
  if (content.size < settings.minimumBytes || !(await isWanted(client, settings))) return false;
  const partBytes = Math.max(settings.partBytes, Math.ceil(content.size / mostParts));
  const partCount = Math.ceil(content.size / partBytes);
  const [, directory = '', name = path] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
  const params = { path: { artifact_path: directory } };
  const create = client.api.POST('/api/2.0/mlflow-artifacts/mpu/create/{artifact_path}', {
    params,
    body: { path: name, num_parts: partCount },
  });
  const created = await answerOf(create).catch(undefinedIfNotOffered);
  if (created === undefined) return false;
  // Azure has no upload ids.
  const body = { path: name, ...(created.upload_id !== undefined && { upload_id: created.upload_id }) };
  try {
    const credentials = checked(created.credentials, partCount, path);
    const parts = await putParts({ client, path, content, partBytes }, credentials);
    const complete = { ...body, parts };
    await client.api.POST('/api/2.0/mlflow-artifacts/mpu/complete/{artifact_path}', {
      params,
      body: complete,
    });
    return true;
  } catch (error) {
    // What failed is worth more to know than that this failed too.
    await client.api
      .POST('/api/2.0/mlflow-artifacts/mpu/abort/{artifact_path}', { params, body })
      .catch(() => undefined);
    throw error;
  }
}

interface PartedFile {
  readonly client: MlflowClient;
  readonly path: string;
  readonly content: Blob;
  readonly partBytes: number;
}

interface StoredPart {
  readonly part_number: number;
  readonly etag: string;
  /** Azure's blocks are told by it. */
  readonly url: string;
}

/** A few at a time. Ends when all of them have: after the first failure the others are stopped. */
async function putParts(file: PartedFile, credentials: readonly Credential[]): Promise<StoredPart[]> {
  const stop = new AbortController();
  const { signal: ended } = file.client;
  const signal = ended ? AbortSignal.any([ended, stop.signal]) : stop.signal;
  const stoppable = { ...file, client: { ...file.client, signal } };
  const parts: StoredPart[] = [];
  const waiting = credentials.values();
  const work = async () => {
    for (const credential of waiting) parts.push(await put(stoppable, credential));
  };
  const workers = Array.from({ length: partsAtOnce }, () =>
    work().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  signal.throwIfAborted();
  return parts.sort((a, b) => a.part_number - b.part_number);
}

async function put({ client, path, content, partBytes }: PartedFile, credential: Credential) {
  const { url, headers, part_number } = credential;
  const place = `${path} (part ${part_number})`;
  const start = (part_number - 1) * partBytes;
  const part = content.slice(start, start + partBytes);
  try {
    const etag = await retrying(client.retry, { repeatable: true, signal: client.signal }, () =>
      putPart({ client, signed: { url, headers }, place }, part),
    );
    return { part_number, etag, url };
  } catch (error) {
    if (!(error instanceof MlflowError)) throw error;
    // It has had its tries: the file as a whole is not to be tried again.
    const { status, errorCode: code, message } = error;
    throw new ArtifactStoreError(`mlflow-artifacts:/${path}`, { status, code, message }, error);
  }
}

/** As Python's client: the variable decides, else what the server says of itself. */
async function isWanted({ api }: MlflowClient, { enabled }: MultipartSettings): Promise<boolean> {
  if (enabled !== undefined) return enabled;
  const info = await answerOf(api.GET('/api/3.0/mlflow/server-info')).catch(undefinedIfNotOffered);
  return info?.multipart_uploads_enabled === true;
}

function undefinedIfNotOffered(error: unknown): undefined {
  if (error instanceof MlflowError && (error.status === 404 || error.status === 501)) return undefined;
  throw error;
}

/** A credential for each part, in their order. */
function checked(credentials: unknown, partCount: number, path: string): Credential[] {
  const { data = [] } = z.array(Credential).safeParse(credentials);
  const sorted = data.sort((a, b) => a.part_number - b.part_number);
  if (sorted.length === partCount && sorted.every((one, at) => one.part_number === at + 1)) return sorted;
  throw new UserError('bad-multipart-answer', `The server signed no ${partCount} parts of ${path}.`, {
    next: 'Set MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD=false to upload through the server.',
  });
}
