import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { basicAuthentication, bearerAuthentication } from './authentication.ts';
import { answerOf, createMlflowClient, type MlflowClient, type MlflowClientOptions } from './client.ts';
import { MlflowError } from './mlflow-error.ts';
import { createRun } from './runs.ts';

const server = 'http://mlflow.test';
const getRunPath = '/api/2.0/mlflow/runs/get?run_id=r';
const run = { run: { info: { run_id: 'r', experiment_id: '1' } } };

describe('the client over a faulty network', () => {
  let waitedMs: number[];

  const open = (options: Partial<MlflowClientOptions> = {}): MlflowClient =>
    createMlflowClient({
      trackingUri: server,
      random: () => 1,
      sleep: async (ms) => {
        waitedMs.push(ms);
      },
      ...options,
    });
  const getRun = (client: MlflowClient) =>
    answerOf(client.api.GET('/api/2.0/mlflow/runs/get', { params: { query: { run_id: 'r' } } }));

  beforeAll(() => nock.disableNetConnect());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
  beforeEach(() => {
    waitedMs = [];
  });
  afterEach(() => {
    const unused = nock.pendingMocks();
    nock.cleanAll();
    expect(unused).toEqual([]);
  });

  test('a temporary failure is tried again, each wait up to twice the one before', async () => {
    for (const status of [503, 500, 502]) nock(server).get(getRunPath).reply(status, 'down');
    nock(server).get(getRunPath).reply(200, run);
    expect(await getRun(open())).toEqual(run);
    expect(waitedMs).toEqual([250, 500, 1000]);
  });

  test('tries end, and the last refusal is thrown', async () => {
    nock(server)
      .get(getRunPath)
      .times(3)
      .reply(503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'busy' });
    await expect(getRun(open({ retry: { retries: 2 } }))).rejects.toMatchObject({
      name: 'MlflowError',
      status: 503,
      errorCode: 'TEMPORARILY_UNAVAILABLE',
      method: 'GET',
      path: '/api/2.0/mlflow/runs/get',
      message: 'GET /api/2.0/mlflow/runs/get: 503 busy',
    });
  });

  test('Retry-After is waited for, in seconds or until a date, at most the longest wait', async () => {
    const soon = new Date(Date.now() + 3_600_000).toUTCString();
    nock(server).get(getRunPath).reply(429, 'slow down', { 'retry-after': '7' });
    nock(server).get(getRunPath).reply(429, 'slow down', { 'retry-after': soon });
    nock(server).get(getRunPath).reply(200, run);
    await getRun(open());
    expect(waitedMs).toEqual([7250, 60_000]);
  });

  test('a refusal that will not change is not tried again', async () => {
    nock(server).get(getRunPath).reply(404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no run r' });
    await expect(getRun(open())).rejects.toMatchObject({ status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' });
    expect(waitedMs).toEqual([]);
  });

  test('a reset connection is tried again', async () => {
    nock(server)
      .get(getRunPath)
      .replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    nock(server).get(getRunPath).reply(200, run);
    expect(await getRun(open())).toEqual(run);
  });

  test('a connection that never comes up says why', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    nock(server).get(getRunPath).replyWithError(refused);
    await expect(getRun(open({ retry: { retries: 0 } }))).rejects.toMatchObject({
      status: 0,
      errorCode: 'CONNECTION_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('what a given fetch throws of its own goes through as it is, without another try', async () => {
    const error = new Error('mlflow.db cannot be written');
    const fetch = () => Promise.reject(error);
    await expect(getRun(open({ fetch }))).rejects.toBe(error);
    expect(waitedMs).toEqual([]);
  });

  test('a web page instead of JSON is told as such, not printed', async () => {
    nock(server).get(getRunPath).reply(404, '<html>lots of it</html>', { 'content-type': 'text/html' });
    const failure: unknown = await getRun(open()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MlflowError);
    expect(failure).toMatchObject({
      errorCode: 'ENDPOINT_NOT_FOUND',
      message: expect.stringContaining('is this the address of an MLflow server?'),
    });
    expect((failure as Error).message).not.toContain('<html>');
  });

  test('a page that comes with 200, as from a sign-in in between, is told as such too', async () => {
    nock(server).get(getRunPath).reply(200, '<html>sign in</html>', { 'content-type': 'text/html' });
    await expect(getRun(open())).rejects.toMatchObject({
      name: 'MlflowError',
      status: 200,
      message: expect.stringContaining('a web page instead of JSON'),
    });
  });

  test("the server's host check names the option that opens it", async () => {
    nock(server).get(getRunPath).reply(403, 'Invalid Host header - possible DNS rebinding attack detected', {
      'content-type': 'text/plain',
    });
    await expect(getRun(open())).rejects.toThrow('--allowed-hosts');
  });

  test("FastAPI's own refusals are read", async () => {
    nock(server).get(getRunPath).reply(405, { detail: 'Method Not Allowed' });
    await expect(getRun(open())).rejects.toThrow('405 Method Not Allowed');
  });

  test('an empty 200 is an empty answer', async () => {
    nock(server).post('/api/2.0/mlflow/runs/set-tag', { run_id: 'r', key: 'k', value: 'v' }).reply(200);
    const body = { run_id: 'r', key: 'k', value: 'v' };
    expect(await answerOf(open().api.POST('/api/2.0/mlflow/runs/set-tag', { body }))).toEqual({});
  });

  test('an int64 of 19 digits keeps them all, as a string', async () => {
    nock(server)
      .get(getRunPath)
      .reply(
        200,
        '{"run":{"info":{"run_id":"r","start_time":8795232193391676030,"end_time":1700000000000}}}',
      );
    const { info } = (await getRun(open())).run!;
    expect(info).toMatchObject({ start_time: '8795232193391676030', end_time: 1_700_000_000_000 });
  });

  test.each([
    ['Basic YWRhOnPDqWNyZXQ=', basicAuthentication('ada', 'sécret')],
    ['Bearer abc', bearerAuthentication('abc')],
  ])('a call carries "%s"', async (authorization, authentication) => {
    nock(server, { reqheaders: { authorization } }).get(getRunPath).reply(200, run);
    await getRun(open({ authentication }));
  });

  test('who is not known is told which variables to set', async () => {
    nock(server).get(getRunPath).reply(401, 'You are not authenticated.', { 'content-type': 'text/plain' });
    await expect(getRun(open())).rejects.toThrow('MLFLOW_TRACKING_USERNAME');
  });

  describe('creating a run', () => {
    const create = '/api/2.0/mlflow/runs/create';
    const body = { experiment_id: '1', start_time: 5, tags: [{ key: 'pm.request_id', value: 'id' }] };
    const search = {
      experiment_ids: ['1'],
      max_results: 1000,
      filter: "tags.`pm.request_id` = 'id'",
    };
    const start = (client: MlflowClient) => createRun(client, { experimentId: '1', startTimeMs: 5 }, 'id');

    test('whose answer was lost is looked for before it is created again: no ghost', async () => {
      nock(server).post(create, body).reply(504, 'gateway timeout');
      nock(server)
        .post('/api/2.0/mlflow/runs/search', search)
        .reply(200, { runs: [run.run] });
      expect((await start(open())).runId).toBe('r');
    });

    test('that is not found is created again', async () => {
      nock(server)
        .post(create, body)
        .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      nock(server).post('/api/2.0/mlflow/runs/search', search).reply(200, {});
      nock(server).post(create, body).reply(200, run);
      expect((await start(open())).runId).toBe('r');
    });

    test('that was refused with 429, or never connected, is simply sent again', async () => {
      nock(server).post(create, body).reply(429, '', { 'retry-after': '1' });
      nock(server)
        .post(create, body)
        .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
      nock(server).post(create, body).reply(200, run);
      expect((await start(open())).runId).toBe('r');
    });

    test('that is wrong is refused at once', async () => {
      nock(server).post(create, body).reply(400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'no' });
      await expect(start(open())).rejects.toMatchObject({ errorCode: 'INVALID_PARAMETER_VALUE' });
    });
  });

  test('a call that must not be done twice is not, when made bare', async () => {
    nock(server).post('/api/2.0/mlflow/registered-models/create', { name: 'm' }).reply(503, 'down');
    const body = { name: 'm' };
    await expect(open().api.POST('/api/2.0/mlflow/registered-models/create', { body })).rejects.toMatchObject(
      { status: 503 },
    );
    expect(waitedMs).toEqual([]);
  });
});
