import { stat } from 'node:fs/promises';
import { UserError } from 'pm-core';
import { type OpenSource, type RemoteFolder, withoutSecrets } from 'pm-core/ingest';
import { azureArtifacts, type StoreAccess, s3Artifacts } from '../../mlflow/artifact-stores/index.ts';
import { retryContext } from '../../mlflow/retry.ts';
import { downloadFile } from '../../mlflow/transfer.ts';
import type { PipelineContext } from '../base/context.ts';
import { resolveSource } from './resolve-source.ts';
import { asSourceError } from './source-error.ts';

/** Longest wait without progress. */
const TIMEOUT_MS = 60_000;

/** Opens `s3:`, `abfss:` and `wasbs:` URLs with the keys of the environment (docs/sources.md), or those that the SDKs find themselves. */
export const sourceOpener = ({
  environment,
  signal,
  cwd,
}: Pick<PipelineContext, 'environment' | 'signal' | 'cwd'>): OpenSource => {
  const access = { environment, signal, timeoutMs: TIMEOUT_MS, retry: retryContext({}) };
  return (source) => objectSource(resolveSource(source, cwd), access);
};

/**
 * A prefix of an object store as a source; listed at the first use, once.
 * @throws UserError `missing-package`, `source-not-found`, `no-credentials`, `source-refused`, `download-failed` when used
 */
export function objectSource(url: string, access: StoreAccess): RemoteFolder {
  const location = withoutSecrets(url);
  const folder = url.startsWith('s3:') ? s3Artifacts(access, url) : azureArtifacts(access, url);
  let listing: Promise<ReadonlyMap<string, number>> | undefined;
  const sizes = () => (listing ??= told(listed));

  async function listed(): Promise<ReadonlyMap<string, number>> {
    const entries = await folder.list();
    const files = entries.filter(({ isDirectory }) => !isDirectory);
    if (files.length > 0) return new Map(files.map(({ path, sizeBytes = 0 }) => [path, sizeBytes]));
    const folders = entries.slice(0, 10).map(({ path }) => `${path}/`);
    throw new UserError(
      'source-not-found',
      `${location} holds no file${folders.length > 0 ? `, only ${folders.join(', ')}` : ''}.`,
      { next: 'Name the prefix right above the files; upper and lower case differ.' },
    );
  }

  async function told<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      access.signal?.throwIfAborted();
      throw asSourceError(error, location);
    }
  }

  return {
    location,
    list: async () => [...(await sizes()).keys()],
    fetch: async (name, path) => {
      const size = (await sizes()).get(name);
      if (size === undefined) {
        const next = 'Check its name; upper and lower case differ.';
        throw new UserError('source-not-found', `There is no ${location}/${name}.`, { next });
      }
      await told(() => downloadFile(folder, name, path));
      const { size: got } = await stat(path);
      if (got === size) return;
      const message = `${location}/${name} came with ${got} bytes instead of ${size}: it changed meanwhile, or is not whole.`;
      throw new UserError('download-failed', message, { next: 'Run the command again.' });
    },
  };
}
