import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { databricksAuthentication } from './databricks-authentication.ts';

describe("a workspace by Databricks' conventions", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'));
    writeFileSync(
      join(home, '.databrickscfg'),
      `[DEFAULT]\nhost = https://default.example/?o=7\ntoken = default-token\n
[robot]\nhost = robot.example\nclient_id = id\nclient_secret = planted-secret\n
[bare]\nhost = https://bare.example\n`,
    );
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const open = (environment: Record<string, string>) => databricksAuthentication(environment, home);

  test('host and token of the environment go before the file', async () => {
    const { trackingUri, authentication } = open({
      DATABRICKS_HOST: 'adb-7.azuredatabricks.net/',
      DATABRICKS_TOKEN: 'own-token',
      DATABRICKS_CLIENT_ID: 'id',
      DATABRICKS_CLIENT_SECRET: 'secret',
    });
    expect(trackingUri).toBe('https://adb-7.azuredatabricks.net');
    expect(await authentication()).toBe('Bearer own-token');
  });

  test('with nothing set, the profile DEFAULT decides', async () => {
    const { trackingUri, authentication } = open({});
    expect(trackingUri).toBe('https://default.example');
    expect(await authentication()).toBe('Bearer default-token');
  });

  test('a service principal gets its token at its workspace, for all APIs', async () => {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${await text(request)}`);
      response.end('{"access_token":"of-robot","token_type":"Bearer","expires_in":3600}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { trackingUri, authentication } = open({
        DATABRICKS_HOST: host,
        DATABRICKS_CONFIG_PROFILE: 'robot',
      });
      expect(trackingUri).toBe(host);
      expect(await authentication()).toBe('Bearer of-robot');
      const basic = Buffer.from('id:planted-secret').toString('base64');
      expect(asked).toEqual([
        `POST /oidc/v1/token Basic ${basic} grant_type=client_credentials&scope=all-apis`,
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("a service principal of Azure's directory gets its token there, for Azure Databricks", async () => {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${await text(request)}`);
      response.end('{"access_token":"of-azure","token_type":"Bearer","expires_in":"3599"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { authentication, signIn } = open({
        DATABRICKS_HOST: 'adb-7.azuredatabricks.net',
        ARM_TENANT_ID: 'tenant',
        ARM_CLIENT_ID: 'id',
        ARM_CLIENT_SECRET: 'planted-secret',
        AZURE_AUTHORITY_HOST: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      });
      expect([signIn, await authentication()]).toEqual(['azure-service-principal', 'Bearer of-azure']);
      const scope = encodeURIComponent('2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default');
      expect(asked).toEqual([
        `POST /tenant/oauth2/v2.0/token undefined grant_type=client_credentials&scope=${scope}&client_id=id&client_secret=planted-secret`,
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("Azure's variables of something else leave a profile as it is", async () => {
    const { trackingUri, signIn } = open({
      ARM_TENANT_ID: 'tenant',
      DATABRICKS_CONFIG_PROFILE: 'robot',
    });
    expect([trackingUri, signIn]).toEqual(['https://robot.example', 'oauth-client']);
  });

  test('another file may hold the profiles', async () => {
    const file = join(home, 'others');
    writeFileSync(file, '[night]\nhost = https://night.example\ntoken = night-token\n');
    const { authentication } = open({ DATABRICKS_CONFIG_FILE: file, DATABRICKS_CONFIG_PROFILE: 'night' });
    expect(await authentication()).toBe('Bearer night-token');
  });

  test.each<[string, Record<string, string>, string]>([
    ['an unknown profile', { DATABRICKS_CONFIG_PROFILE: 'none' }, 'databricks-profile'],
    ['a host without credentials', { DATABRICKS_HOST: 'https://x.example' }, 'databricks-credentials'],
    ['a profile without credentials', { DATABRICKS_CONFIG_PROFILE: 'bare' }, 'databricks-credentials'],
    [
      'half a service principal',
      { DATABRICKS_HOST: 'x.example', DATABRICKS_CLIENT_ID: 'id' },
      'databricks-credentials',
    ],
    ['credentials without a host', { DATABRICKS_TOKEN: 'planted-secret' }, 'databricks-host'],
    [
      'a host with a user',
      { DATABRICKS_HOST: 'https://u:planted-secret@x.example', DATABRICKS_TOKEN: 't' },
      'databricks-host',
    ],
  ])('%s is told', (_, environment, code) => {
    expect(() => open(environment)).toThrow(expect.objectContaining({ name: 'UserError', code }));
    expect(() => open(environment)).not.toThrow(/planted-secret/);
  });
});
