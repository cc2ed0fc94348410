import { safeArtifactPath } from '../artifact-path.ts';
import type { MlflowClient } from '../client.ts';
import { errorFromFailure } from '../mlflow-error.ts';
import { retrying } from '../retry.ts';
import { type ArtifactEntry, type ArtifactFolder, byPath } from './artifact-folder.ts';
import { ArtifactStoreError, type StoreErrorDetails } from './store-error.ts';
import { unlessStuck, uploadSignal } from './unless-stuck.ts';

export interface StoredObject {
  /** Ends with `/` where it is only the common beginning of other keys. */
  readonly key: string;
  readonly sizeBytes: number;
}

/** A flat store of keys in one bucket, as a vendor's SDK gives it: with that SDK's own retries of each request. */
export interface ObjectStore {
  /** The objects whose key goes on after `prefix` without a further `/`, and the beginnings of all others. */
  level(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject>;
  /** Every key that begins with `prefix`. */
  keys(prefix: string, signal: AbortSignal): AsyncIterable<string>;
  put(key: string, content: Blob, signal: AbortSignal): Promise<void>;
  get(key: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Nothing happens where there is no such key. */
  delete(key: string, signal: AbortSignal): Promise<void>;
  /** What an error of the SDK says. */
  describe(error: unknown): StoreErrorDetails;
}

/** What a store is reached with. */
export type StoreAccess = Pick<MlflowClient, 'environment' | 'retry' | 'signal' | 'timeoutMs'>;

export interface ObjectFolderOptions {
  readonly uri: string;
  /** Of every key in the folder, without `/` at its end. */
  readonly root: string;
  readonly client: StoreAccess;
  /** Called at the first use, once. */
  readonly open: () => Promise<ObjectStore>;
}

/** A folder in a flat store of keys. A download that breaks off is worth another try, a request that the SDK gave up is not. */
export function objectFolder({ uri, root, client, open }: ObjectFolderOptions): ArtifactFolder {
  let opened: Promise<ObjectStore> | undefined;
  const store = () => (opened ??= open());
  const keyOf = (path: string) => (root === '' ? '' : `${root}/`) + safeArtifactPath(path);
  const prefixOf = (directory: string | undefined) =>
    directory !== undefined ? `${keyOf(directory)}/` : root === '' ? '' : `${root}/`;

  return {
    uri,
    retrying: (work) => retrying(client.retry, { repeatable: true, signal: client.signal }, work),
    list: async (directory) => {
      const prefix = prefixOf(directory);
      const entries: ArtifactEntry[] = [];
      for await (const object of items((found, signal) => found.level(prefix, signal))) {
        // Consoles make an empty object of this name to show an empty folder.
        if (object.key !== prefix) entries.push(entryOf(object, root));
      }
      return entries.sort(byPath);
    },
    write: async (path, content) => {
      const key = keyOf(path);
      await told(`${uri}/${path}`, uploadSignal(client, content.size), (found, signal) =>
        found.put(key, content, signal),
      );
    },
    read: (path) => bytesOf(path),
    remove: async (path) => {
      const key = keyOf(path);
      const keys = [key];
      for await (const below of items((found, signal) => found.keys(`${key}/`, signal))) keys.push(below);
      // What lies in a directory goes before it.
      for (const each of keys.sort().reverse()) {
        await told(`${uri}/${path}`, uploadSignal(client, 0), (found, signal) => found.delete(each, signal));
      }
    },
  };

  async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const key = keyOf(path);
    const place = `${uri}/${path}`;
    await store();
    try {
      yield* unlessStuck(client, (end) => told(place, end, (found, signal) => found.get(key, signal)));
    } catch (error) {
      if (error instanceof ArtifactStoreError || client.signal?.aborted) throw error;
      throw errorFromFailure({ method: 'GET', path: place }, error, client.timeoutMs);
    }
  }

  async function* items<Item>(
    each: (found: ObjectStore, signal: AbortSignal) => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    const found = await store();
    try {
      yield* unlessStuck(client, (signal) => each(found, signal));
    } catch (error) {
      client.signal?.throwIfAborted();
      throw new ArtifactStoreError(uri, describe(found, error), error);
    }
  }

  async function told<Result>(
    place: string,
    signal: AbortSignal,
    work: (found: ObjectStore, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const found = await store();
    try {
      return await work(found, signal);
    } catch (error) {
      client.signal?.throwIfAborted();
      const reason: unknown = signal.aborted ? signal.reason : error;
      throw new ArtifactStoreError(place, describe(found, reason), reason);
    }
  }
}

function describe(store: ObjectStore, error: unknown): StoreErrorDetails {
  if (!(error instanceof DOMException)) return store.describe(error);
  return { status: 0, code: 'TIMEOUT', message: 'no complete answer in time' };
}

/** A store's names are no more to be trusted than anyone's. */
function entryOf({ key, sizeBytes }: StoredObject, root: string): ArtifactEntry {
  const isDirectory = key.endsWith('/');
  const path = key.slice(root === '' ? 0 : root.length + 1, isDirectory ? -1 : undefined);
  return { path: safeArtifactPath(path), isDirectory, sizeBytes: isDirectory ? undefined : sizeBytes };
}
