import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMlflowClient, type MlflowClient } from '../../../mlflow/client.ts';
import { createEmbeddedFetch } from '../../../mlflow/embedded/index.ts';

export interface EmbeddedStore extends Disposable {
  readonly client: MlflowClient;
  readonly folder: string;
  /** A client whose requests go through `wrap`, and which gives up at the first failure. */
  through(wrap: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch): MlflowClient;
}

const trackingUri = 'http://embedded.invalid';

/** An empty embedded store in a folder of its own. */
export function embeddedStore(): EmbeddedStore {
  const folder = mkdtempSync(join(tmpdir(), 'transfer-'));
  const fetch = createEmbeddedFetch({
    databaseFile: join(folder, 'mlflow.db'),
    artifactDirectory: join(folder, 'mlartifacts'),
  });
  return {
    client: createMlflowClient({ trackingUri, fetch }),
    folder,
    through: (wrap) => createMlflowClient({ trackingUri, fetch: wrap(fetch), retry: { retries: 0 } }),
    [Symbol.dispose]() {
      fetch.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether a request may change the store. */
export function isWrite(request: Request): boolean {
  return request.method !== 'GET' && !/\/(search|get-latest-versions)$/.test(new URL(request.url).pathname);
}
