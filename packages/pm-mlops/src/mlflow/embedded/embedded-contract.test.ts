import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMlflowContract } from '../contract/index.ts';
import { createEmbeddedFetch } from './index.ts';

describeMlflowContract('embedded store', async () => {
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
});
