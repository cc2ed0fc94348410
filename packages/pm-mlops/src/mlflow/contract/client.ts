import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMlflowClient, type MlflowClient } from '../client.ts';
import { serverFeatures } from '../server-features.ts';
import { describeClientArtifacts } from './client-artifacts.ts';
import { describeClientLedger } from './client-ledger.ts';
import { describeLostAnswers } from './client-lost-answers.ts';
import { describeClientModels } from './client-models.ts';
import { describeClientRegistry } from './client-registry.ts';
import { describeClientRuns } from './client-runs.ts';
import { BACKENDS, type BackendId, expectationsOf } from './differences.ts';
import { authorizedFetch, type Backend } from './wire.ts';

/** Declares the tests of the client over a backend: what it makes of the contract. `open` is called once. */
export function describeMlflowClient(id: BackendId, open: () => Promise<Backend>): void {
  describe(`MLflow client: ${BACKENDS[id]}`, () => {
    let backend: Backend;
    let client: MlflowClient;
    beforeAll(async () => {
      backend = await open();
      client = createMlflowClient({ trackingUri: backend.baseUrl, fetch: authorizedFetch(backend) });
    });
    afterAll(() => backend?.close());

    const expectations = expectationsOf(id);
    const { expected } = expectations;

    test('the server is known by its version, and by whether it has logged models', async () => {
      const { version, hasLoggedModels } = await serverFeatures(client);
      expect(version.split('.')[0]).toBe(expected('majorVersion'));
      expect(hasLoggedModels).toBe(expected('loggedModels') === 'yes');
    });

    const current = () => client;
    describeClientRuns(current);
    describeClientModels(current, expectations);
    describeLostAnswers(() => backend, expectations);
    describeClientRegistry(current, expectations);
    describeClientLedger(current);
    describeClientArtifacts(current, expectations);
  });
}
