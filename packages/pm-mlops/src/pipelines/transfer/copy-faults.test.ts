import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWorkspace, startFakeWorkspace } from '../../databricks/testing/fake-workspace/index.ts';
import { CLEAR_ERROR, FAULT_CASES_TIMEOUT_MS, faultCases } from '../../databricks/testing/fault-cases.ts';
import { bearerAuthentication } from '../../mlflow/authentication.ts';
import { createMlflowClient, type MlflowClient } from '../../mlflow/client.ts';
import { experimentIdByName } from '../../mlflow/experiments.ts';
import { logModelDirectory } from '../../mlflow/log-model.ts';
import { createModelVersion, modelVersions } from '../../mlflow/model-versions.ts';
import { ensureRegisteredModel } from '../../mlflow/registered-models.ts';
import { createRun } from '../../mlflow/runs.ts';
import type { PipelineContext } from '../base/context.ts';
import { copyVersion } from './copy-version.ts';
import { type EmbeddedStore, embeddedStore } from './testing/stores.ts';

const EXPERIMENT = '/Shared/pumps';

let workspace: FakeWorkspace;
let store: EmbeddedStore;
let directory: string;
beforeEach(async () => {
  workspace = await startFakeWorkspace({ retryAfterSeconds: 0 });
  store = embeddedStore();
  directory = mkdtempSync(join(tmpdir(), 'pm-copy-'));
  mkdirSync(join(directory, 'data'));
  writeFileSync(
    join(directory, 'MLmodel'),
    "flavors: {onnx: {}}\nartifact_path: model\nrun_id: r\nutc_time_created: '2026-01-01'\n",
  );
  writeFileSync(join(directory, 'data/model.onnx'), Buffer.alloc(50_000, 'onnx'));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  store[Symbol.dispose]();
  await workspace.close();
});

const connect = (retries: number, timeoutMs: number): MlflowClient =>
  createMlflowClient({
    trackingUri: workspace.host,
    authentication: bearerAuthentication(workspace.token),
    sleep: async () => {},
    timeoutMs,
    retry: { retries },
  });

/** Version 1 of pumps. */
async function register(client: MlflowClient): Promise<void> {
  const experimentId = await experimentIdByName(client, EXPERIMENT);
  const run = await createRun(client, { experimentId, startTimeMs: 0, userName: 'ada' });
  const logged = await logModelDirectory(client, run, { name: 'pumps' }, async () => directory);
  await ensureRegisteredModel(client, 'pumps');
  await createModelVersion(client, { modelName: 'pumps', ...logged });
}

const context = {
  config: { name: 'pumps' },
  environment: { MLFLOW_EXPERIMENT_NAME: EXPERIMENT, USER: 'ada' },
  now: () => new Date('2026-02-03T04:05:06Z'),
  signal: new AbortController().signal,
  log: () => {},
  step: (_: string, work: (report: () => void) => unknown) => work(() => {}),
} as unknown as PipelineContext;

describe('a copy ends done, or with a clear error and the next time, whichever request fails', () => {
  it.each(['there', 'here'])(
    '%s',
    async (where) => {
      const through = (faulty: MlflowClient): [from: MlflowClient, to: MlflowClient] =>
        where === 'there' ? [store.client, faulty] : [faulty, store.client];
      await register(through(connect(5, 30_000))[0]);
      const copy = async (name: string, faulty: MlflowClient) => {
        const [from, to] = through(faulty);
        const request = { modelUri: 'models:/pumps/1', name, stage: 'Staging' as const, dryRun: false };
        return copyVersion({ client: from, location: 'a' }, { client: to, location: 'b' }, context, request);
      };
      workspace.reset();
      await copy('pumps-0', connect(5, 30_000));
      const requests = workspace.requests.length;
      expect(requests).toBeGreaterThan(3);
      for (const { n, kind, retries, timeoutMs } of faultCases(requests)) {
        const name = `pumps-${n}-${kind}-${retries}`;
        workspace.reset();
        workspace.failRequest(n, kind);
        const error: unknown = await copy(name, connect(retries, timeoutMs)).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) {
          expect(`${error}`).toMatch(CLEAR_ERROR);
          await copy(name, connect(5, 30_000));
        }
        if (retries > 0) expect({ n, kind, error }).toEqual({ n, kind, error: undefined });
        const [, to] = through(connect(5, 30_000));
        const found = (await modelVersions(to, name)).map(({ version, stage }) => `${version} ${stage}`);
        expect({ n, kind, retries, found }).toEqual({ n, kind, retries, found: ['1 Staging'] });
      }
    },
    FAULT_CASES_TIMEOUT_MS,
  );
});
