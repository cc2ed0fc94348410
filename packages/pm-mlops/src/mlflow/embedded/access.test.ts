import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Access, accessFrom, createGate, schemesOf } from './access.ts';
import { serveTracking } from './serve-tracking.ts';

const both: Access = { basic: { username: 'ada', password: 'pa:ss wörd' }, token: 'secret' };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the gate', () => {
  test.each([
    [basic('ada:pa:ss wörd')],
    [basic('ada:pa:ss wörd').replace('Basic', 'bASIC')],
    ['Bearer secret'],
    ['bearer  secret '],
  ])('lets in %s', (authorization) => {
    expect(createGate(both)(authorization)).toBe(true);
  });

  test.each([
    [undefined],
    [''],
    ['secret'],
    ['Bearer'],
    ['Bearer secret2'],
    ['Bearer SECRET'],
    ['Bearer ada:pa:ss wörd'],
    [basic('secret')],
    [basic('ada:')],
    [basic('ada:pa')],
    [basic('Ada:pa:ss wörd')],
  ])('keeps out %s', (authorization) => {
    expect(createGate(both)(authorization)).toBe(false);
  });

  test('asks only for what was set', () => {
    expect(createGate({})(undefined)).toBe(true);
    expect(createGate({ token: 't' })(basic('undefined:undefined'))).toBe(false);
    expect(schemesOf({ token: 't' })).toEqual(['bearer']);
  });
});

describe('the environment', () => {
  test('gives a user, a token, both or neither; what is empty is not set', () => {
    const user = { PM_TRACKING_USERNAME: 'ada', PM_TRACKING_PASSWORD: 'p' };
    expect(accessFrom({})).toEqual({});
    expect(accessFrom({ PM_TRACKING_TOKEN: '', PM_TRACKING_USERNAME: '' })).toEqual({});
    expect(accessFrom({ ...user, PM_TRACKING_TOKEN: 't' })).toEqual({
      basic: { username: 'ada', password: 'p' },
      token: 't',
    });
  });

  test.each([
    [{ PM_TRACKING_USERNAME: 'ada' }],
    [{ PM_TRACKING_PASSWORD: 'p', PM_TRACKING_TOKEN: 't' }],
    [{ PM_TRACKING_USERNAME: 'a:b', PM_TRACKING_PASSWORD: 'p' }],
  ])('%j is refused', (environment) => {
    expect(() => accessFrom(environment)).toThrow(
      expect.objectContaining({ code: 'incomplete-credentials' }),
    );
  });
});

describe('a tracking server with a login', () => {
  let folder: string;
  const serve = (options: { host?: string; access?: Access; allowAnonymous?: boolean }) =>
    serveTracking({
      databaseFile: join(folder, 'mlflow.db'),
      artifactDirectory: join(folder, 'mlartifacts'),
      port: 0,
      ...options,
    });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'access-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('answers 401 with the challenge of MLflow to all but /health, files included', async () => {
    const server = await serve({ access: both });
    const get = (path: string, authorization = '') =>
      fetch(server.url + path, { headers: { authorization } });
    const experiment = '/api/2.0/mlflow/experiments/get?experiment_id=0';
    for (const path of [
      experiment,
      '/version',
      '/nowhere',
      '/api/2.0/mlflow-artifacts/artifacts',
      '/health/../version',
    ]) {
      const refused = await get(path);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(refused.headers.get('www-authenticate')).toBe('Basic realm="mlflow", Bearer realm="mlflow"');
    }
    const upload = await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/0/x`, {
      method: 'PUT',
      body: 'x',
    });
    expect(upload.status).toBe(401);
    expect(existsSync(join(folder, 'mlartifacts'))).toBe(false);
    expect((await get('/health')).status).toBe(200);
    expect((await get(experiment, basic('ada:pa:ss wörd'))).status).toBe(200);
    expect((await get(experiment, 'Bearer secret')).status).toBe(200);
    await server.close();
  });

  test('opens itself to other machines only with a login, or when told that none is wanted', async () => {
    await expect(serve({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'open-to-anyone' });
    await expect(serve({ host: '::' })).rejects.toMatchObject({ code: 'open-to-anyone' });
    expect(existsSync(join(folder, 'mlflow.db'))).toBe(false);
    for (const options of [{ access: { token: 't' } }, { allowAnonymous: true }]) {
      await (await serve({ host: '0.0.0.0', ...options })).close();
    }
  });
});

describe('stopping', () => {
  test('finishes the upload that is under way, refuses new connections and leaves one file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stopping-'));
    const databaseFile = join(folder, 'mlflow.db');
    const server = await serveTracking({
      databaseFile,
      artifactDirectory: join(folder, 'mlartifacts'),
      port: 0,
    });
    const create = await fetch(`${server.url}/api/2.0/mlflow/experiments/create`, {
      method: 'POST',
      body: '{"name":"kept"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(create.status).toBe(200);
    await create.text(); // its connection is kept alive, and must not hold the end up
    let finish = () => {};
    const begun = Promise.withResolvers<void>();
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from('first '));
        finish = () => {
          controller.enqueue(Buffer.from('last'));
          controller.close();
        };
        begun.resolve();
      },
    });
    const url = `${server.url}/api/2.0/mlflow-artifacts/artifacts/0/slow.txt`;
    const upload = fetch(url, { method: 'PUT', body, duplex: 'half' });
    await begun.promise;
    while (!existsSync(join(folder, 'mlartifacts/0'))) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = server.close();
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    finish();
    expect((await upload).status).toBe(200);
    await closed;
    expect(existsSync(join(folder, 'mlartifacts/0/slow.txt'))).toBe(true);
    expect([existsSync(databaseFile), existsSync(`${databaseFile}-wal`)]).toEqual([true, false]);
    rmSync(folder, { recursive: true });
  });
});
