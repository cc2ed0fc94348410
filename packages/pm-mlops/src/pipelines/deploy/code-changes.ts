import { openAsBlob } from 'node:fs';
import { dirname } from 'node:path/posix';
import { UserError } from 'pm-core';
import {
  type DatabricksClient,
  exportSource,
  hasNoEndpoint,
  importFile,
  importNotebook,
  isMissing,
  makeDirectory,
  makeFolder,
  uploadToVolume,
  volumeFileSize,
  workspaceObject,
} from '../../databricks/index.ts';
import { type Change, change } from './change.ts';
import type { Deployment, WantedArchive, WantedFile } from './deployment.ts';

/** What of the archive and the notebooks is not there yet. */
export async function codeChanges(
  client: DatabricksClient,
  { archive, files }: Deployment,
): Promise<{ changes: Change[]; unchanged: number }> {
  const changes: Change[] = [];
  if (archive !== undefined && !(await isStored(client, archive)))
    changes.push(archiveUpload(client, archive));
  for (const file of files) changes.push(...(await fileChange(client, file)));
  const wanted = files.length + (archive === undefined ? 0 : 1);
  return { changes, unchanged: wanted - changes.length };
}

/** Else it is in the workspace. */
export const isInVolume = (path: string): boolean => path.startsWith('/Volumes/');

/** By its size, where the service tells it: its name holds its digest. */
async function isStored(client: DatabricksClient, { path, sizeBytes }: WantedArchive): Promise<boolean> {
  if (isInVolume(path)) return (await volumeFileSize(client, path)) === sizeBytes;
  const found = await workspaceObject(client, path);
  return found !== undefined && (found.sizeBytes ?? sizeBytes) === sizeBytes;
}

const archiveUpload = (client: DatabricksClient, { path, localFile, sizeBytes }: WantedArchive): Change =>
  change({
    action: 'create',
    kind: 'archive',
    name: path,
    notes: [`${(sizeBytes / 1e6).toFixed(1)} MB`],
    apply: async () => {
      if (isInVolume(path)) return putIntoVolume(client, path, localFile);
      await makeFolder(client, dirname(path));
      await importFile(client, path, await openAsBlob(localFile));
    },
  });

/** @throws UserError `no-volume` where there is none, or the workspace has no Files API. */
async function putIntoVolume(client: DatabricksClient, path: string, localFile: string): Promise<void> {
  try {
    await makeDirectory(client, dirname(path));
    await uploadToVolume(client, path, localFile);
  } catch (error) {
    if (!isMissing(error) && !hasNoEndpoint(error)) throw error;
    const volume = path.split('/').slice(0, 5).join('/');
    throw new UserError('no-volume', `The volume ${volume} does not take the archive: ${error.message}`, {
      next: 'Create it, or name one that there is with BUNDLE_VAR_catalog, BUNDLE_VAR_schema and BUNDLE_VAR_volume.',
      cause: error,
    });
  }
}

/** Its folder is one of the places. A notebook may come back with another end of its last line. */
async function fileChange(
  client: DatabricksClient,
  { path, source, isNotebook }: WantedFile,
): Promise<Change[]> {
  const found = await exportSource(client, path);
  if (found?.toString('utf8').trimEnd() === source.trimEnd()) return [];
  const apply = async () => {
    if (isNotebook) await importNotebook(client, path, source);
    else await importFile(client, path, new Blob([source]));
  };
  const kind = isNotebook ? 'notebook' : 'file';
  if (found === undefined) return [change({ action: 'create', kind, name: path, apply })];
  const differences = [{ field: 'source', from: `${found.length} bytes`, to: `${source.length} bytes` }];
  return [change({ action: 'update', kind, name: path, differences, apply })];
}
