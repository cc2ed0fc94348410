import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabricksClient,
  type DatabricksClient,
  ensureScope,
  putSecret,
} from '../../databricks/index.ts';
import { type FakeWorkspace, startFakeWorkspace } from '../../databricks/testing/fake-workspace/index.ts';
import { CLEAR_ERROR, faultCases } from '../../databricks/testing/fault-cases.ts';
import { bearerAuthentication } from '../../mlflow/authentication.ts';
import { uploadData } from './upload-data.ts';

const SECRET = 'planted-secret-value';
const VOLUME = '/Volumes/main/default/raw';

let workspace: FakeWorkspace;
let folder: string;
beforeEach(async () => {
  workspace = await startFakeWorkspace({ listingLag: 0, retryAfterSeconds: 0 });
  workspace.state.securables.set('volumes/main.default.raw', {});
  folder = mkdtempSync(join(tmpdir(), 'pm-upload-'));
  mkdirSync(join(folder, '2026'));
  writeFileSync(join(folder, 'PdM_telemetry.csv'), Buffer.alloc(300_000, 'abc'));
  writeFileSync(join(folder, '2026/PdM_errors.csv'), 'datetime,machineID,errorID\n');
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await workspace.close();
});

const connect = (retries: number, timeoutMs: number): DatabricksClient =>
  createDatabricksClient({
    host: workspace.host,
    authentication: bearerAuthentication(workspace.token),
    sleep: async () => {},
    timeoutMs,
    retry: { retries },
  });

/** Does some work with each request failing in turn, and once more where that ended with an error; then looks. */
async function sweep(
  work: (client: DatabricksClient) => Promise<unknown>,
  forget: () => void,
  look: () => unknown,
) {
  await work(connect(5, 30_000));
  const [wanted, requests] = [look(), workspace.requests.length];
  for (const { n, kind, retries, timeoutMs } of faultCases(requests)) {
    forget();
    workspace.reset();
    workspace.failRequest(n, kind);
    const error: unknown = await work(connect(retries, timeoutMs)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined) {
      expect(`${error}`).toMatch(CLEAR_ERROR);
      expect(`${error}`).not.toContain(SECRET);
      await work(connect(5, 30_000));
    }
    expect({ n, kind, retries, found: look() }).toEqual({ n, kind, retries, found: wanted });
    if (retries > 0) expect({ n, kind, error }).toEqual({ n, kind, error: undefined });
  }
  return requests;
}

describe('whichever request fails', () => {
  it('a secret ends in its scope, or with a clear error and the next time, and is never told', async () => {
    const { scopes } = workspace.state;
    const put = async (client: DatabricksClient) => {
      await ensureScope(client, 'plant');
      await putSecret(client, { scope: 'plant', key: 'storage-key', value: SECRET });
    };
    const stored = () => scopes.get('plant')?.get('storage-key');
    expect(await sweep(put, () => scopes.clear(), stored)).toBeGreaterThan(2);
    expect(stored()).toBe(SECRET);
  });

  it('an upload ends with every file whole, or with a clear error and the next time', async () => {
    const { files } = workspace.state;
    const upload = (client: DatabricksClient) =>
      uploadData(client, { source: folder, destination: `${VOLUME}/data` }, (_, work) => work(() => {}));
    const stored = () =>
      [...files].map(([path, content]) => [path, content === 'directory' ? content : content.length]).sort();
    expect(await sweep(upload, () => files.clear(), stored)).toBeGreaterThan(5);
    expect(stored()).toContainEqual([`${VOLUME}/data/PdM_telemetry.csv`, 300_000]);
  });
});
