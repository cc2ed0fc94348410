import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from './testing/store.ts';

let store: TestStore;
beforeAll(() => {
  store = openTestStore();
});
afterAll(() => store.close());

const text = async (path: string, init?: RequestInit) => {
  const response = await store.fetch(`http://any.invalid${path}`, init);
  return { status: response.status, text: await response.text() };
};
const newRun = async (body: object = {}) => {
  const { run } = await store.call<{ run: { info: { run_id: string; run_name: string } } }>(
    'POST',
    'runs/create',
    {
      experiment_id: '0',
      ...body,
    },
  );
  return run.info;
};

describe('the embedded fetch', () => {
  test.each([
    'http://a.invalid/api/2.0',
    'https://b.invalid:9/prefix/ajax-api/2.0',
    'http://c.invalid/ajax-api/2.0',
  ])('answers at %s', async (base) => {
    const response = await store.fetch(`${base}/mlflow/experiments/get?experiment_id=0`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ experiment: { name: 'Default' } });
  });

  test('takes an URL, a Request, and a signal that ends the call before it begins', async () => {
    const url = new URL('http://any.invalid/health');
    expect(await (await store.fetch(url)).text()).toBe('OK');
    expect(await (await store.fetch(new Request(url))).text()).toBe('OK');
    await expect(store.fetch(url, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });

  test('an unknown call is 404 in JSON', async () => {
    const { status, text: body } = await text('/api/2.0/mlflow/nothing', { method: 'POST' });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' });
  });

  test('an int64 beyond 2^53 comes back with every digit', async () => {
    const { run_id } = await newRun();
    const step = '9007199254740993';
    const body = `{"run_id":"${run_id}","key":"wide","value":1,"timestamp":${step},"step":-${step}}`;
    const headers = { 'content-type': 'application/json' };
    expect((await text('/api/2.0/mlflow/runs/log-metric', { method: 'POST', body, headers })).status).toBe(
      200,
    );
    const history = await text(`/api/2.0/mlflow/metrics/get-history?run_id=${run_id}&metric_key=wide`);
    expect(history.text).toContain(`"timestamp":${step},"step":-${step}`);
    expect((await text(`/api/2.0/mlflow/runs/get?run_id=${run_id}`)).text).toContain(`"timestamp":${step}`);
  });

  test.each(['9223372036854775808', '99999999999999999999', '1.5', '"x"', 'true'])(
    'the step %s is refused: it is no 64-bit integer',
    async (step) => {
      const { run_id } = await newRun();
      const body = `{"run_id":"${run_id}","key":"k","value":1,"timestamp":1,"step":${step}}`;
      const headers = { 'content-type': 'application/json' };
      const answer = await text('/api/2.0/mlflow/runs/log-metric', { method: 'POST', body, headers });
      expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("parameter 'step'") });
    },
  );

  test('a fault in a list is named by its place', async () => {
    const { run_id } = await newRun();
    const metrics = [
      { key: 'a', value: 1, timestamp: 1 },
      { key: 'b', value: 1 },
    ];
    await expect(store.call('POST', 'runs/log-batch', { run_id, metrics })).rejects.toThrow(
      "Missing value for required parameter 'metrics[1].timestamp'",
    );
  });

  test('a run without a name gets three words', async () => {
    expect((await newRun()).run_name).toMatch(/^[a-z]+-[a-z]+-\d+$/);
  });

  test('a refused batch leaves nothing behind, not even what was good in it', async () => {
    const { run_id } = await newRun();
    await store.call('POST', 'runs/log-parameter', { run_id, key: 'p', value: '1' });
    const batch = {
      run_id,
      params: [
        { key: 'new', value: '1' },
        { key: 'p', value: '2' },
      ],
      tags: [{ key: 't', value: 'x' }],
    };
    await expect(store.call('POST', 'runs/log-batch', batch)).rejects.toThrow('400');
    const { run } = await store.call<{ run: { data: { params: object[]; tags: object[] } } }>(
      'GET',
      `runs/get?run_id=${run_id}`,
    );
    expect(run.data.params).toEqual([{ key: 'p', value: '1' }]);
    expect(run.data.tags).toHaveLength(1);
  });
});

describe('artifacts of the embedded store', () => {
  const put = (path: string, body: string | ReadableStream) =>
    text(`/api/2.0/mlflow-artifacts/artifacts/${path}`, {
      method: 'PUT',
      body,
      duplex: 'half',
    } as RequestInit);
  const get = (path: string) => text(`/api/2.0/mlflow-artifacts/artifacts/${path}`);
  const root = () => join(store.folder, 'mlartifacts');

  test('a file is where mlflow server looks for it', async () => {
    await put('1/run/artifacts/notes/a.txt', 'hello');
    expect(readFileSync(join(root(), '1/run/artifacts/notes/a.txt'), 'utf8')).toBe('hello');
  });

  test('an upload that breaks off leaves the old file, and nothing else', async () => {
    await put('2/kept.bin', 'old');
    const broken = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000));
        controller.error(new Error('cut off'));
      },
    });
    expect((await put('2/kept.bin', broken)).status).toBe(500);
    expect(await get('2/kept.bin')).toEqual({ status: 200, text: 'old' });
    expect(readdirSync(join(root(), '2'))).toEqual(['kept.bin']);
  });

  test('a symbolic link out of the folder is not followed, to read, write, list or remove', async () => {
    const outside = join(store.folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'secret');
    mkdirSync(root(), { recursive: true });
    symlinkSync(outside, join(root(), 'link'));
    expect((await get('link/secret')).status).toBe(400);
    expect((await put('link/new', 'x')).status).toBe(400);
    expect((await put('link/deep/new', 'x')).status).toBe(400);
    expect((await text('/api/2.0/mlflow-artifacts/artifacts?path=link')).status).toBe(400);
    const removal = await text('/api/2.0/mlflow-artifacts/artifacts/link/secret', { method: 'DELETE' });
    expect(removal.status).toBe(400);
    expect(readdirSync(outside)).toEqual(['secret']);
  });

  test.each([
    'a%5Cb',
    '%5C%5Chost',
    'C:%5Cx',
    'a%2F%2Fb',
    'a//b',
    '%00',
    'a%0Ab',
    'a%23b',
    'x/%2e',
    '.artifact.uploading.x',
    'dir/',
  ])('the name %s is refused', async (name) => {
    expect((await put(name, 'x')).status).toBe(400);
  });

  test('a file cannot take the place of a folder, nor lie in a file', async () => {
    await put('3/folder/file', 'x');
    expect((await put('3/folder', 'x')).status).toBe(400);
    expect((await put('3/folder/file/below', 'x')).status).toBe(400);
    expect((await get('3/folder')).status).toBe(400);
  });

  test('the whole folder cannot be removed', async () => {
    await put('4/file', 'x');
    await text('/api/2.0/mlflow-artifacts/artifacts/', { method: 'DELETE' });
    expect(existsSync(join(root(), '4/file'))).toBe(true);
  });
});

test('a relative artifact location is meant from the working directory, every other stays as it is', async () => {
  const store = openTestStore();
  const locationOf = async (name: string, artifact_location: string) => {
    const { experiment_id } = await store.call<{ experiment_id: string }>('POST', 'experiments/create', {
      name,
      artifact_location,
    });
    const { experiment } = await store.call<{ experiment: { artifact_location: string } }>(
      'GET',
      `experiments/get?experiment_id=${experiment_id}`,
    );
    return experiment.artifact_location;
  };
  expect(await locationOf('relative', 'my_location')).toBe(join(process.cwd(), 'my_location'));
  expect(await locationOf('absolute', '/data/artifacts')).toBe('/data/artifacts');
  expect(await locationOf('elsewhere', 's3://bucket/artifacts')).toBe('s3://bucket/artifacts');
  store.close();
});
