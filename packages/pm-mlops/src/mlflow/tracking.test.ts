import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTracking, trackingPlace } from './tracking.ts';

test.each([
  [undefined, '/home/ada/mlflow.db'],
  ['', '/home/ada/mlflow.db'],
  ['sqlite:///mlflow.db', '/home/ada/mlflow.db'],
  ['sqlite:///data/runs.db', '/home/ada/data/runs.db'],
  ['sqlite:////var/lib/runs.db', '/var/lib/runs.db'],
])('%s is the embedded store at %s', (uri, databaseFile) => {
  expect(trackingPlace(uri, '/home/ada')).toEqual({ kind: 'embedded', databaseFile });
});

test.each([
  ['http://localhost:5000', 'http://localhost:5000'],
  ['https://mlflow.example/prefix/', 'https://mlflow.example/prefix'],
])('%s is a server', (uri, trackingUri) => {
  expect(trackingPlace(uri, '/home/ada')).toEqual({ kind: 'server', trackingUri });
});

test('databricks is a workspace, of the environment or of a profile', () => {
  expect(trackingPlace('databricks', '/')).toEqual({ kind: 'databricks', profile: undefined });
  expect(trackingPlace('databricks://prod', '/')).toEqual({ kind: 'databricks', profile: 'prod' });
});

test('a profile in the URI is not mixed with what the environment says of another workspace', async () => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  writeFileSync(join(home, '.databrickscfg'), '[prod]\nhost = https://prod.example\ntoken = of-prod\n');
  const environment = {
    MLFLOW_TRACKING_URI: 'databricks://prod',
    DATABRICKS_HOST: 'https://dev.example',
    DATABRICKS_TOKEN: 'of-dev',
    HOME: home,
  };
  const { location } = await openTracking({ environment, cwd: '/' });
  expect(location).toBe('https://prod.example');
});

test('a user and password in the URI are taken out of it and used', () => {
  const place = trackingPlace('http://ada:s%2Fecret@localhost:5000', '/');
  expect(place).toMatchObject({ kind: 'server', trackingUri: 'http://localhost:5000' });
  const basic = `Basic ${Buffer.from('ada:s/ecret').toString('base64')}`;
  expect(place.kind === 'server' && place.authentication!()).toBe(basic);
});

test.each([
  'databricks://',
  'databricks://scope:key',
  'azureml://x',
  'sqlite://relative.db',
  'postgresql://db',
  './mlruns',
  'http://',
])('%s is refused, saying what is supported', (uri) => {
  expect(() => trackingPlace(uri, '/home/ada')).toThrow(
    expect.objectContaining({
      code: 'unsupported-tracking-uri',
      next: expect.stringContaining('sqlite:///'),
    }),
  );
});
