import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMlflowClient } from './client.ts';
import { type OauthOptions, oauthAuthentication } from './oauth.ts';

const clientSecret = 's3cr+t: ü';

describe('OAuth client credentials at a token server', () => {
  let server: Server;
  let tokenUrl: string;
  let asked: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[];
  let answers: [status: number, body: unknown][];
  let nowMs: number;
  let waitsMs: number[];
  beforeEach(async () => {
    asked = [];
    answers = [];
    nowMs = 1_700_000_000_000;
    waitsMs = [];
    server = createServer(async (request, response) => {
      asked.push({ method: request.method, headers: request.headers, body: await text(request) });
      const [status, body] = answers.shift() ?? [
        200,
        { access_token: `token-${asked.length}`, token_type: 'Bearer', expires_in: 3600 },
      ];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const authentication = (options: Partial<OauthOptions> = {}) =>
    oauthAuthentication({
      tokenUrl,
      clientId: 'a client',
      clientSecret,
      now: () => nowMs,
      sleep: async (ms) => {
        waitsMs.push(ms);
      },
      ...options,
    });

  test('the client proves itself by Basic, form-encoded, and asks for its scope', async () => {
    expect(await authentication({ scope: 'read write' })()).toBe('Bearer token-1');
    const { method, headers, body } = asked[0]!;
    expect(method).toBe('POST');
    expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(body).toBe('grant_type=client_credentials&scope=read+write');
    const basic = Buffer.from(headers.authorization!.replace('Basic ', ''), 'base64').toString();
    expect(basic).toBe('a+client:s3cr%2Bt%3A+%C3%BC');
  });

  test('a token is kept until a minute before its end', async () => {
    const header = authentication();
    await header();
    nowMs += 3_540_000 - 1;
    expect(await header()).toBe('Bearer token-1');
    nowMs += 1;
    expect(await header()).toBe('Bearer token-2');
  });

  test.each([
    ['30', 15_000],
    [undefined, 540_000],
  ])('of a life of %s seconds it is renewed after %i ms', async (expires_in, ms) => {
    answers.push([200, { access_token: 'short', token_type: 'bearer', expires_in }]);
    const header = authentication();
    await header();
    nowMs += ms - 1;
    expect(await header()).toBe('Bearer short');
    nowMs += 1;
    expect(await header()).toBe('Bearer token-2');
  });

  test('calls at the same time share one request, and so do their refusals', async () => {
    const header = authentication();
    expect(new Set(await Promise.all([header(), header(), header()]))).toEqual(new Set(['Bearer token-1']));
    const renewed = await Promise.all([header('Bearer token-1'), header('Bearer token-1')]);
    expect(renewed).toEqual(['Bearer token-2', 'Bearer token-2']);
    expect(await header('Bearer token-1')).toBe('Bearer token-2');
    expect(asked.length).toBe(2);
  });

  test.each([429, 500, 503])('%i is tried once more, after a while', async (status) => {
    answers.push([status, 'busy']);
    expect(await authentication()()).toBe('Bearer token-2');
    expect(waitsMs).toEqual([500]);
  });

  test('a second failure is told, and the next call asks again', async () => {
    answers.push([503, ''], [502, '']);
    const header = authentication();
    await expect(header()).rejects.toMatchObject({ name: 'UserError', code: 'oauth-unreachable' });
    expect(await header()).toBe('Bearer token-3');
  });

  test('a refusal is final and has the reason, but nothing that the server repeats of the secret', async () => {
    answers.push([401, { error: 'invalid_client', error_description: `${clientSecret} is wrong` }]);
    const failure = await failureOf(authentication());
    expect(failure).toMatchObject({ name: 'UserError', code: 'oauth-refused' });
    expect((failure as Error).message).toContain('401 invalid_client');
    expect(asked.length).toBe(1);
    answers.push([400, { error: clientSecret }]);
    expectNoSecret(await failureOf(authentication()));
    expectNoSecret(failure);
  });

  test.each<[string, unknown]>([
    ['a web page', '<html>'],
    ['no token', { token_type: 'Bearer', expires_in: 60 }],
    ['a token of another kind', { access_token: 'planted-token', token_type: 'mac' }],
    ['a token that ends a header', { access_token: 'planted-token\r\nx: y', token_type: 'Bearer' }],
    ['a negative life', { access_token: 'planted-token', token_type: 'Bearer', expires_in: -1 }],
  ])('%s is refused', async (_, body) => {
    answers.push([200, body]);
    const failure = await failureOf(authentication());
    expect(failure).toMatchObject({ name: 'UserError', code: 'oauth-refused' });
    expectNoSecret(failure);
  });

  test('a token endpoint that sends elsewhere is not followed', async () => {
    nock('http://auth.invalid').post('/token').times(2).reply(307, '', { location: tokenUrl });
    const failure = await failureOf(authentication({ tokenUrl: 'http://auth.invalid/token' }));
    nock.restore();
    expect(failure).toMatchObject({ code: 'oauth-unreachable' });
    expect(asked).toEqual([]);
    expectNoSecret(failure);
  });

  test.each(['ftp://host/token', 'token', 'https://user:planted-token@host/token'])(
    'the address %s is refused at once',
    (wrong) => {
      const open = () => authentication({ tokenUrl: wrong });
      expect(open).toThrow(expect.objectContaining({ code: 'oauth-setting' }));
      expect(open).not.toThrow(/planted-token/);
    },
  );

  test('a client whose token was revoked renews it, sends its call once more and then gives up', async () => {
    const accepted = new Set<string>();
    const calls: string[] = [];
    const api = createServer(async (request, response) => {
      const { authorization = '' } = request.headers;
      calls.push(`${authorization} ${await text(request)}`);
      response.writeHead(accepted.has(authorization) ? 200 : 401, { 'content-type': 'application/json' });
      response.end('{}');
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    try {
      const trackingUri = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
      const client = createMlflowClient({ trackingUri, authentication: authentication() });
      const call = () => client.api.POST('/api/2.0/mlflow/experiments/create', { body: { name: 'x' } });
      accepted.add('Bearer token-2');
      await call();
      expect(calls).toEqual(['Bearer token-1 {"name":"x"}', 'Bearer token-2 {"name":"x"}']);
      accepted.clear();
      await expect(call()).rejects.toMatchObject({ status: 401 });
      expect(calls.length).toBe(4);
    } finally {
      api.closeAllConnections();
      api.close();
    }
  });
});

const failureOf = (header: ReturnType<typeof oauthAuthentication>) =>
  Promise.resolve(header()).catch((error: unknown) => error);

function expectNoSecret(failure: unknown): void {
  expect(failure).toBeInstanceOf(Error);
  const shown = inspect(failure, { depth: 9, showHidden: true });
  for (const secret of [clientSecret, encodeURIComponent(clientSecret), 'planted-token', 'Basic '])
    expect(shown).not.toContain(secret);
}
