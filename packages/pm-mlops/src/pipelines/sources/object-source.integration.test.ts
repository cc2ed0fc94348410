import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { BlobServiceClient } from '@azure/storage-blob';
import { RAW_TABLES } from 'pm-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SMALL_FLEET } from '../../acceptance/testing/small-fleet.ts';
import { SMALL_TABLE, writeSmallTable } from '../../acceptance/testing/small-table.ts';
import { createWorkplace, type Workplace, workplaceForTest } from '../../acceptance/testing/workplace.ts';
import { type Azurite, startAzurite } from '../../testing/azurite.ts';
import type { ProcessServer } from '../../testing/process-server.ts';
import { s3Environment, s3Python, startS3Server } from '../../testing/s3-server.ts';

const FLEET = { 'predictive-maintenance': SMALL_FLEET };

/** A small fleet in a folder, and the lake that this folder gives. */
let home: Workplace;
let expected: unknown[];
beforeAll(async () => {
  home = createWorkplace(FLEET);
  await home.json('simulate', '--machines', '8', '--hours', '600', '--out', 'data');
  await home.json('ingest', '--source', 'data');
  expected = await lakeTables(home);
});
afterAll(() => home?.remove());

const lakeTables = (place: Workplace) =>
  Promise.all(RAW_TABLES.map((table) => place.json<unknown>('tables', 'export', table)));

/** The files to store by their names: telemetry gzipped, and one that is not ours. */
const fleetFiles = (): [string, Buffer][] => [
  ['_SUCCESS', Buffer.from('')],
  ...readdirSync(home.path('data'))
    .filter((name) => name.endsWith('.csv'))
    .map((name): [string, Buffer] => {
      const content = readFileSync(home.path('data', name));
      return name === 'PdM_telemetry.csv' ? [`${name}.gz`, gzipSync(content)] : [name, content];
    }),
];

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly next: string };
}

async function refused(place: Workplace, ...words: string[]): Promise<Refused['error']> {
  const { code, out } = await place.pm(...words, '--json');
  expect(code).toBe(1);
  expect(place.manifest() === undefined || !place.manifest()!.includes('"telemetry"')).toBe(true);
  return (JSON.parse(out) as Refused).error;
}

describe.skipIf(s3Python() === undefined)('a source in a real S3 server (needs Python)', () => {
  let server: ProcessServer;
  const put = async (key: string, body: Buffer | string) => {
    const { status } = await fetch(`${server.baseUrl}/raw/${key}`, { method: 'PUT', body });
    expect(status).toBe(200);
  };
  beforeAll(async () => {
    server = await startS3Server('raw');
    for (const [name, content] of fleetFiles()) await put(`fleet/2026/${name}`, content);
    await put('other/pdm_machines.csv', 'machineID,model,age\n');
  });
  afterAll(() => server?.close());

  it('gives the same tables as the folder, and nothing new the second time', async () => {
    const place = workplaceForTest(FLEET, s3Environment(server));
    const report = await place.json('ingest', '--source', 's3a://raw/fleet/2026/');
    expect(report).toMatchObject({ origin: { kind: 'source', location: 's3://raw/fleet/2026' } });
    expect(await lakeTables(place)).toEqual(expected);
    expect(await place.json('ingest')).toMatchObject({ changed: false });
    expect(place.manifest()).not.toContain('secret-key');
  });

  it('of plain tables is trained on by its files, and scored by one file', async () => {
    writeSmallTable(home.path('sites'));
    for (const name of readdirSync(home.path('sites'))) {
      await put(`sites/${name}`, readFileSync(home.path('sites', name)));
    }
    const place = workplaceForTest({ sites: SMALL_TABLE }, s3Environment(server));
    const config = ['--config', 'config/sites.yaml'];
    await place.json('ingest', '--source', 's3://raw/sites', ...config);
    await place.json('train', ...config);
    const scored = await place.json(
      ...['score', '--model', 'models:/sites/1', '--source', 's3://raw/sites/south.csv', ...config],
    );
    expect(scored).toMatchObject({ scoredRows: 132, rejected: [] });
  });

  it.each([
    ['s3://raw/fleet/2027', 'source-not-found', /s3:\/\/raw\/fleet\/2027 holds no file\./],
    ['s3://raw/fleet', 'source-not-found', /holds no file, only 2026\//],
    ['s3://nowhere/fleet', 'source-not-found', /no such bucket: s3:\/\/nowhere\/fleet \(404 NoSuchBucket/],
    ['s3://raw/other', 'missing-file', /no file of the table machines.* holds pdm_machines\.csv\./],
  ])('%s is refused as %s', async (source, code, message) => {
    const place = workplaceForTest(FLEET, s3Environment(server));
    expect(await refused(place, 'ingest', '--source', source)).toMatchObject({
      code,
      message: expect.stringMatching(message),
      next: expect.any(String),
    });
  });

  it('without credentials anywhere says which variables to set', async () => {
    const { MLFLOW_S3_ENDPOINT_URL } = s3Environment(server) as { MLFLOW_S3_ENDPOINT_URL: string };
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', home.directory);
    const place = workplaceForTest(FLEET, { MLFLOW_S3_ENDPOINT_URL });
    const error = await refused(place, 'ingest', '--source', 's3://raw/fleet/2026').finally(() =>
      vi.unstubAllEnvs(),
    );
    expect(error).toMatchObject({
      code: 'no-credentials',
      next: expect.stringMatching(/AWS_ACCESS_KEY_ID .* secret scope/),
    });
  });
});

describe('a source in a real Azure Blob server (Azurite)', () => {
  let azurite: Azurite;
  const account = 'devstoreaccount1';
  beforeAll(async () => {
    azurite = await startAzurite('raw');
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
      'raw',
    );
    for (const [name, content] of fleetFiles()) {
      await container.getBlockBlobClient(`fleet/${name}`).upload(content, content.length);
    }
  });
  afterAll(() => azurite?.close());
  const place = () => workplaceForTest(FLEET, { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });

  it.each([
    `abfss://raw@${account}.dfs.core.windows.net/fleet`,
    `wasbs://raw@${account}.blob.core.windows.net/fleet`,
  ])('gives the same tables as the folder: %s', async (location) => {
    const here = place();
    const report = await here.json('ingest', '--source', `${location}/`);
    expect(report).toMatchObject({ origin: { kind: 'source', location } });
    expect(await lakeTables(here)).toEqual(expected);
    expect(here.manifest()).not.toContain(/AccountKey=([^;]+)/.exec(azurite.connectionString)![1]!);
  });

  it.each([
    [`abfss://raw@${account}.dfs.core.windows.net/Fleet`, 'source-not-found', /holds no file\./],
    [`abfss://none@${account}.dfs.core.windows.net/fleet`, 'source-not-found', /no such container/],
    ['abfss://raw@other.dfs.core.windows.net/fleet', 'bad-azure-setting', /devstoreaccount1/],
  ])('%s is refused as %s', async (source, code, message) => {
    expect(await refused(place(), 'ingest', '--source', source)).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
