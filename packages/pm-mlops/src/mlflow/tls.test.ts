import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from './authentication.ts';
import { experimentIdByName } from './experiments.ts';
import { tlsSettingsFrom } from './tls.ts';
import { openTracking } from './tracking.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('a server with a certificate of its own (needs openssl)', () => {
  let place: string;
  let server: Server | undefined;
  let peers: (string | undefined)[];
  const file = (name: string) => join(place, name);
  const pem = (name: string) => readFileSync(file(name));

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'tls-'));
    for (const name of ['server', 'ada', 'eve']) selfSigned(place, name);
  });
  afterAll(() => rmSync(place, { recursive: true }));
  const close = () => {
    server?.closeAllConnections();
    server?.close();
  };
  afterEach(close);

  /** Asks a server for an experiment, under these variables. */
  const ask = async (environment: Environment, options: ServerOptions = {}) => {
    close();
    peers = [];
    server = createServer(
      { key: pem('server.key'), cert: pem('server.pem'), ...options },
      (request, response) => {
        peers.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
        response.end('{"experiment":{"experiment_id":"7","lifecycle_stage":"active"}}');
      },
    );
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sleep = async () => {
      throw new Error('a refused certificate must not be tried again');
    };
    const { client } = await openTracking({
      environment: { ...environment, MLFLOW_TRACKING_URI: `https://127.0.0.1:${port}` },
      cwd: place,
      homeDirectory: place,
      client: { sleep },
    });
    return experimentIdByName(client, 'secured');
  };

  test('an unknown certificate is refused at once, naming what to set', async () => {
    await expect(ask({})).rejects.toMatchObject({
      errorCode: 'CERTIFICATE_REFUSED',
      message: expect.stringContaining('MLFLOW_TRACKING_SERVER_CERT_PATH'),
    });
    expect(peers).toEqual([]);
  });

  test('the certificate that was named is trusted, another is not', async () => {
    expect(await ask({ MLFLOW_TRACKING_SERVER_CERT_PATH: file('server.pem') })).toBe('7');
    await expect(ask({ MLFLOW_TRACKING_SERVER_CERT_PATH: file('eve.pem') })).rejects.toMatchObject({
      errorCode: 'CERTIFICATE_REFUSED',
    });
  });

  test('MLFLOW_TRACKING_INSECURE_TLS takes any certificate, also by its value 1, and not by false', async () => {
    expect(await ask({ MLFLOW_TRACKING_INSECURE_TLS: 'true' })).toBe('7');
    expect(await ask({ MLFLOW_TRACKING_INSECURE_TLS: '1' })).toBe('7');
    await expect(ask({ MLFLOW_TRACKING_INSECURE_TLS: 'false' })).rejects.toThrow('self-signed');
  });

  test('a server that asks for a client certificate is shown it', async () => {
    execFileSync('sh', ['-c', `cat ada.pem ada.key > ada-both.pem`], { cwd: place });
    const mutual = { requestCert: true, rejectUnauthorized: true, ca: pem('ada.pem') };
    const trusted = { MLFLOW_TRACKING_SERVER_CERT_PATH: file('server.pem') };
    expect(await ask({ ...trusted, MLFLOW_TRACKING_CLIENT_CERT_PATH: file('ada-both.pem') }, mutual)).toBe(
      '7',
    );
    expect(peers).toEqual(['ada']);
  });
});

describe('TLS settings of the environment', () => {
  test('none is none', () => {
    expect(tlsSettingsFrom({})).toBeUndefined();
    expect(tlsSettingsFrom({ MLFLOW_TRACKING_INSECURE_TLS: 'false' })).toBeUndefined();
  });

  test('a file that is not there is named with its variable', () => {
    const environment = { MLFLOW_TRACKING_SERVER_CERT_PATH: '/nowhere/ca.pem' };
    expect(() => tlsSettingsFrom(environment)).toThrow(
      /MLFLOW_TRACKING_SERVER_CERT_PATH.*\/nowhere\/ca\.pem/,
    );
  });

  test('any certificate and one certificate contradict each other', () => {
    const environment = {
      MLFLOW_TRACKING_INSECURE_TLS: 'true',
      MLFLOW_TRACKING_SERVER_CERT_PATH: import.meta.filename,
    };
    expect(() => tlsSettingsFrom(environment)).toThrow(expect.objectContaining({ code: 'tls-setting' }));
  });
});

/** NAME.pem and NAME.key of a certificate for 127.0.0.1 that signs itself. */
function selfSigned(directory: string, name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', `${name}.pem`, '-days', '2', ...subject], {
    cwd: directory,
    stdio: 'ignore',
  });
}
