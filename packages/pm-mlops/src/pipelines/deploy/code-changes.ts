import { openAsBlob } from 'node:fs';
import { dirname } from 'node:path/posix';
import {
  type DatabricksClient,
  exportSource,
  importFile,
  importNotebook,
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
      const directory = dirname(path);
      if (isInVolume(path)) {
        await makeDirectory(client, directory);
        await uploadToVolume(client, path, localFile);
      } else {
        await makeFolder(client, directory);
        await importFile(client, path, await openAsBlob(localFile));
      }
    },
  });

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
