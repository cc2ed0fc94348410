import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bearerAuthentication } from '../authentication.ts';
import { createMlflowClient } from '../client.ts';
import { readArtifact } from '../transfer.ts';
import { describeArtifactFolder } from './contract/artifact-folder.ts';
import { databricksArtifacts } from './databricks.ts';
import type { SignedUrl } from './databricks-artifacts.ts';
import {
  type DatabricksWorkspace,
  startDatabricksWorkspace,
  workspaceToken,
} from './testing/databricks-workspace.ts';

describe('a Databricks workspace (a strict stand-in)', () => {
  let workspace: DatabricksWorkspace;
  let folders = 0;
  beforeEach(async () => {
    workspace = await startDatabricksWorkspace();
  });
  afterEach(() => workspace.close());

  const tracking = 'dbfs:/databricks/mlflow-tracking/7';
  const open = (uri = `${tracking}/run${folders++}/artifacts`) =>
    databricksArtifacts(
      createMlflowClient({
        trackingUri: workspace.host,
        authentication: bearerAuthentication(workspaceToken),
        sleep: async () => {},
        retry: { retries: 2 },
      }),
      uri,
    );

  describeArtifactFolder('of a run', async () => open(), { removes: false });
  describeArtifactFolder(
    'of a logged model',
    async () => open(`${tracking}/logged_models/m-${folders++}/artifacts`),
    { removes: false },
  );
  describeArtifactFolder(
    'below that of a run',
    async () => open(`${tracking}/run${folders++}/artifacts/a/b`),
    {
      removes: false,
    },
  );

  test.each<[SignedUrl['kind'], string[]]>([
    ['AWS_PRESIGNED_URL', ['PUT', 'GET']],
    ['GCP_SIGNED_URL', ['PUT', 'GET']],
    ['AZURE_SAS_URI', ['PUT', 'GET']],
    [
      'AZURE_ADLS_GEN2_SAS_URI',
      ['PUT resource=file', 'PATCH action=append position=0', 'PATCH action=flush position=5', 'GET'],
    ],
  ])('%s is written and read in its own way', async (kind, requests) => {
    workspace.kind = kind;
    const folder = open(`${tracking}/run/artifacts`);
    await folder.write('model/x.bin', new Blob(['bytes']));
    expect(`${await readArtifact(folder, 'model/x.bin')}`).toBe('bytes');
    expect(workspace.storage.requests).toEqual(requests);
    expect(workspace.calls).toEqual([
      'POST /api/2.0/mlflow/artifacts/credentials-for-write',
      'POST /api/2.0/mlflow/artifacts/credentials-for-read',
    ]);
  });

  test('a file of a Data Lake goes in pieces of 64 MiB', async () => {
    workspace.kind = 'AZURE_ADLS_GEN2_SAS_URI';
    const folder = open(`${tracking}/run/artifacts`);
    const size = 65 * 1024 * 1024;
    await folder.write('big.bin', new Blob([Buffer.alloc(size, 'abc')]));
    expect(workspace.storage.files.get('run/big.bin')?.equals(Buffer.alloc(size, 'abc'))).toBe(true);
    expect(workspace.storage.requests).toEqual([
      'PUT resource=file',
      'PATCH action=append position=0',
      `PATCH action=append position=${64 * 1024 * 1024}`,
      `PATCH action=flush position=${size}`,
    ]);
  });

  test('a transfer that fails for a while is signed anew for each try', async () => {
    const folder = open(`${tracking}/run/artifacts`);
    workspace.storage.faults.push(503, 500);
    await folder.write('x.bin', new Blob(['bytes']));
    workspace.storage.faults.push(503);
    expect(`${await readArtifact(folder, 'x.bin')}`).toBe('bytes');
    expect(workspace.calls.length).toBe(3 + 2);
  });

  test('a refusal is told with its place and without the signature, and is final', async () => {
    const folder = open(`${tracking}/run/artifacts`);
    workspace.storage.faults.push(403);
    const failure = await folder.write('x.bin', new Blob(['bytes'])).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 403, method: 'PUT', path: `${folder.uri}/x.bin` });
    expect(inspect(failure, { depth: 9 })).not.toContain('signature');
    expect(workspace.calls.length).toBe(1);
  });

  test.each(['../secret', '/etc/passwd', 'a%2fb', '..'])(
    'a listing that names %s is refused',
    async (name) => {
      workspace.storage.files.set(`run/${name}`, Buffer.from('x'));
      workspace.storage.list = () => [{ path: name, is_dir: false, file_size: '1' }];
      await expect(open(`${tracking}/run/artifacts`).list()).rejects.toMatchObject({
        code: 'unsafe-artifact-path',
      });
    },
  );

  test.each([`${tracking}/run`, `${tracking}/run/other`, `${tracking}/logged_models/m-1`])(
    '%s is no artifact folder',
    (uri) => {
      expect(() => open(uri)).toThrow(expect.objectContaining({ code: 'bad-artifact-uri' }));
    },
  );
});
