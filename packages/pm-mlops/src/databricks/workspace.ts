import { UserError } from 'pm-core';
import type { components } from '../generated/databricks.ts';
import { uploadSignal } from '../mlflow/artifact-stores/unless-stuck.ts';
import { answerOf } from '../mlflow/client.ts';
import { retrying } from '../mlflow/retry.ts';
import type { DatabricksClient } from './client.ts';
import { unlessMissing } from './databricks-error.ts';
import { idOf } from './int64.ts';

/** Something in the tree of a workspace. */
export interface WorkspaceObject {
  /** In the form `/Workspace/…`. */
  readonly path: string;
  /** NOTEBOOK, DIRECTORY, FILE, REPO, … */
  readonly kind: string;
  readonly objectId: string;
  readonly language: string | undefined;
  /** Of a file, where the service says it. */
  readonly sizeBytes: number | undefined;
}

/** What workspace/import and workspace/export take. */
export const IMPORT_LIMIT_BYTES = 10_485_760;

/** Makes a folder and its parents; one that is there stays as it is. */
export async function makeFolder({ api }: DatabricksClient, path: string): Promise<void> {
  await api.POST('/api/2.0/workspace/mkdirs', { body: { path } });
}

/**
 * Puts a Python notebook at exactly this path, in place of one that is there. Its folder must exist.
 * @throws UserError `notebook-too-large`, DatabricksError
 */
export async function importNotebook(client: DatabricksClient, path: string, source: string): Promise<void> {
  const bytes = Buffer.from(source, 'utf8');
  if (bytes.length > IMPORT_LIMIT_BYTES) {
    throw new UserError(
      'notebook-too-large',
      `${path} has ${bytes.length} bytes; a workspace takes notebooks of up to ${IMPORT_LIMIT_BYTES}.`,
    );
  }
  const content = bytes.toString('base64');
  // AUTO would take `.py` off the name.
  const body = { path, content, format: 'SOURCE', language: 'PYTHON', overwrite: true } as const;
  await client.api.POST('/api/2.0/workspace/import', { body });
}

/**
 * Puts a file of any size and kind at this path, in place of one that is there. Its folder must exist.
 * @throws DatabricksError, see `isConflict` where one is there that is not to be overwritten
 */
export async function importFile(
  client: DatabricksClient,
  path: string,
  content: Blob,
  { overwrite = true }: { overwrite?: boolean } = {},
): Promise<void> {
  if (content.size > SMALL_FILE_BYTES) return importLargeFile(client, path, content, overwrite);
  const base64 = Buffer.from(await content.arrayBuffer()).toString('base64');
  const body = { path, content: base64, format: 'AUTO', overwrite } as const;
  await client.api.POST('/api/2.0/workspace/import', { body });
}

/** Base64 makes four bytes of three. */
const SMALL_FILE_BYTES = (IMPORT_LIMIT_BYTES / 4) * 3;

async function importLargeFile(
  client: DatabricksClient,
  path: string,
  content: Blob,
  overwrite: boolean,
): Promise<void> {
  await retrying(client.retry, { repeatable: true, signal: client.signal }, () =>
    client.api.POST('/api/2.0/workspace-files/import-file/{path}', {
      params: { path: { path: path.replace(/^\/+/, '') }, query: { overwrite } },
      body: content as unknown as string,
      bodySerializer: (body) => body as unknown as Blob,
      headers: { 'content-type': 'application/octet-stream' },
      signal: uploadSignal(client, content.size),
      // Or Node's fetch keeps a copy of the whole body for a redirect.
      redirect: 'error',
    }),
  );
}

/**
 * The source of a notebook or the bytes of a text file, up to {@link IMPORT_LIMIT_BYTES}; undefined where there is none.
 * Some services answer with the bytes themselves, and with none for what is not there.
 */
export async function exportSource({ api }: DatabricksClient, path: string): Promise<Buffer | undefined> {
  const params = { query: { path, format: 'SOURCE' } } as const;
  const answer = await unlessMissing(() => api.GET('/api/2.0/workspace/export', { params, parseAs: 'text' }));
  const text = answer?.data ?? '';
  if (text === '') return undefined;
  const content = wrappedContent(text);
  return content === undefined ? Buffer.from(text) : Buffer.from(content, 'base64');
}

/** Base64 of `{content, file_type}`; undefined of any other text. */
function wrappedContent(text: string): string | undefined {
  try {
    const { content = '', ...others } = JSON.parse(text);
    const isWrapped = Object.keys(others).every((name) => name === 'file_type');
    return isWrapped && typeof content === 'string' ? content : undefined;
  } catch {
    return undefined;
  }
}

/** What is at a path; undefined where nothing is. */
export async function workspaceObject(
  { api }: DatabricksClient,
  path: string,
): Promise<WorkspaceObject | undefined> {
  const found = await unlessMissing(() =>
    answerOf(api.GET('/api/2.0/workspace/get-status', { params: { query: { path } } })),
  );
  return found && objectOf(found);
}

/** What lies directly in a folder, by path; undefined where there is no such folder. */
export async function listFolder(
  { api }: DatabricksClient,
  path: string,
): Promise<WorkspaceObject[] | undefined> {
  const found = await unlessMissing(() =>
    answerOf(api.GET('/api/2.0/workspace/list', { params: { query: { path } } })),
  );
  return found && (found.objects ?? []).map(objectOf).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Removes what is at a path, a folder with all that it holds; nothing there is no error. */
export async function removeFromWorkspace({ api }: DatabricksClient, path: string): Promise<void> {
  await unlessMissing(() => api.POST('/api/2.0/workspace/delete', { body: { path, recursive: true } }));
}

function objectOf(wire: components['schemas']['WorkspaceObject']): WorkspaceObject {
  const { path = '', object_type = '', object_id, language, size } = wire;
  return {
    path: workspacePath(path),
    kind: object_type,
    objectId: idOf(object_id),
    language,
    sizeBytes: size === undefined ? undefined : Number(size),
  };
}

/** The one form of a path that has two: `/Users/x` is `/Workspace/Users/x`. */
export const workspacePath = (path: string): string =>
  /^\/(Users|Shared|Repos)(\/|$)/.test(path) ? `/Workspace${path}` : path;
