import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMlflowClient, type MlflowClient } from '../client.ts';
import { serverFeatures } from '../server-features.ts';
import { describeClientArtifacts } from './client-artifacts.ts';
import { describeLostAnswers } from './client-lost-answers.ts';
import { describeClientRegistry } from './client-registry.ts';
import { describeClientRuns } from './client-runs.ts';
import type { Backend } from './wire.ts';

/** Declares the tests of the client over a backend: what it makes of the contract. `open` is called once. */
export function describeMlflowClient(name: string, open: () => Promise<Backend>): void {
  describe(`MLflow client: ${name}`, () => {
    let backend: Backend;
    let client: MlflowClient;
    beforeAll(async () => {
      backend = await open();
      const { baseUrl, fetch } = backend;
      client = createMlflowClient({ trackingUri: baseUrl, ...(fetch && { fetch }) });
    });
    afterAll(() => backend?.close());

    test('the server is known to be an MLflow 3 with logged models', async () => {
      const { version, hasLoggedModels } = await serverFeatures(client);
      expect(version).toMatch(/^3\./);
      expect(hasLoggedModels).toBe(true);
    });

    const current = () => client;
    describeClientRuns(current);
    describeLostAnswers(() => backend);
    describeClientRegistry(current);
    describeClientArtifacts(current);
  });
}
