import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, describeMlflowClient, describeMlflowContract } from '../contract/index.ts';
import { createEmbeddedFetch } from './index.ts';

async function open(): Promise<Backend> {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-contract-'));
  const fetch = createEmbeddedFetch({
    databaseFile: join(folder, 'mlflow.db'),
    artifactDirectory: join(folder, 'mlartifacts'),
  });
  return {
    baseUrl: 'http://embedded.invalid',
    fetch,
    close: async () => {
      fetch.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describeMlflowContract('embedded', open);
describeMlflowClient('embedded', open);
