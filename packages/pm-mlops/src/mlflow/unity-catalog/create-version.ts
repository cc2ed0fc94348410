import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelFiles } from '../artifact-stores/model-files.ts';
import { openArtifacts } from '../artifacts.ts';
import type { MlflowClient } from '../client.ts';
import { createOnce } from '../create-once.ts';
import { getLoggedModel } from '../logged-models.ts';
import { downloadFolder, uploadFolder } from '../transfer.ts';
import { quoted } from '../wire-values.ts';
import { type CatalogCall, type Fields, versionPath } from './catalog-calls.ts';

/**
 * Creates a version as Unity Catalog wants it: the files are copied into the catalog's own storage by whoever registers, and the
 * version is pending until that is done. A version whose files did not arrive is taken away again.
 */
export async function createCatalogVersion(
  call: CatalogCall,
  client: MlflowClient,
  body: Fields,
): Promise<Fields> {
  const name = `${body.name}`;
  const create = async () => (await call('POST', 'model-versions/create', body)).model_version as Fields;
  const made = await createOnce(client.retry, { create, find: () => findByTags(call, name, body.tags) });
  const version = `${made.version}`;
  try {
    await copyFiles(client, `${body.source}`, versionPath(name, version));
    const { model_version } = await call('POST', 'model-versions/finalize', { name, version });
    return model_version as Fields;
  } catch (error) {
    // What went wrong first is what to tell.
    await call('DELETE', 'model-versions/delete', { name, version }).catch(() => undefined);
    throw error;
  }
}

/** Our own creations carry a mark of their own among the tags. */
async function findByTags(call: CatalogCall, name: string, tags: unknown): Promise<Fields | undefined> {
  const wanted = new Set(((tags ?? []) as Fields[]).map(({ key, value }) => `${key}=${value}`));
  const { model_versions = [] } = await call('GET', 'model-versions/search', {
    filter: `name = ${quoted(name)}`,
  });
  return (model_versions as Fields[]).find(({ tags: found = [] }) => {
    const has = new Set((found as Fields[]).map(({ key, value }) => `${key}=${value}`));
    return wanted.size > 0 && [...wanted].every((tag) => has.has(tag));
  });
}

async function copyFiles(client: MlflowClient, source: string, path: string): Promise<void> {
  const loggedModelId = /^models:\/(m-[0-9a-f]+)$/.exec(source)?.[1];
  const uri =
    loggedModelId === undefined ? source : (await getLoggedModel(client, loggedModelId)).artifactUri;
  const folder = await mkdtemp(join(tmpdir(), 'pm-register-'));
  try {
    await downloadFolder(openArtifacts(client, uri), undefined, folder);
    await uploadFolder(modelFiles(client, `dbfs:${path}`), undefined, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
