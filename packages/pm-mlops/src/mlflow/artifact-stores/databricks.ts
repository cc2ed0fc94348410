import { UserError } from 'pm-core';
import { safeArtifactPath } from '../artifact-path.ts';
import type { MlflowClient } from '../client.ts';
import { everyItem } from '../pages.ts';
import { retrying } from '../retry.ts';
import { type ArtifactEntry, type ArtifactFolder, byPath } from './artifact-folder.ts';
import { databricksPlace, type ListedPage } from './databricks-artifacts.ts';
import { getSigned, putSigned } from './signed-transfer.ts';

/**
 * Artifacts of a run or a logged model on Databricks, `dbfs:/databricks/mlflow-tracking/…`: the workspace lists them and signs
 * a URL for each transfer, the bytes go straight to its cloud storage.
 * @throws UserError `bad-artifact-uri`
 */
export function databricksArtifacts(client: MlflowClient, uri: string): ArtifactFolder {
  const artifacts = databricksPlace(client, uri);
  const { below } = artifacts;
  const pathOf = (path: string) => below + safeArtifactPath(path);
  const folder: ArtifactFolder = {
    uri,
    retrying: (work) => retrying(client.retry, { repeatable: true, signal: client.signal }, work),
    list: async (directory) => {
      const path = directory === undefined ? below.slice(0, -1) : pathOf(directory);
      const entries: ArtifactEntry[] = [];
      const files = everyItem(async (pageToken) => {
        const { files: items, next_page_token } = await artifacts.list(path, pageToken);
        return { items, nextPageToken: next_page_token };
      });
      for await (const file of files) {
        // A file's own path is answered with that file.
        if (file.path !== path) entries.push(entryOf(file, below));
      }
      return entries.sort(byPath);
    },
    write: (path, content) =>
      folder.retrying(async () => {
        const signed = await artifacts.sign('write', pathOf(path));
        await putSigned({ client, signed, place: `${uri}/${path}` }, content);
      }),
    read: async function* (path) {
      const signed = await artifacts.sign('read', pathOf(path));
      yield* getSigned({ client, signed, place: `${uri}/${path}` });
    },
    remove: async (path) => {
      throw new UserError('cannot-remove', `${uri}/${path} stays: Databricks has no call that removes it.`, {
        next: 'Delete the run or model that it belongs to.',
      });
    },
  };
  return folder;
}

type ListedFile = NonNullable<ListedPage['files']>[number];

/** The workspace's names are no more to be trusted than anyone's. */
function entryOf({ path = '', is_dir = false, file_size }: ListedFile, below: string): ArtifactEntry {
  const name = path.startsWith(below) ? path.slice(below.length) : '';
  return {
    path: safeArtifactPath(name),
    isDirectory: is_dir,
    sizeBytes: is_dir ? undefined : Number(file_size ?? 0),
  };
}
