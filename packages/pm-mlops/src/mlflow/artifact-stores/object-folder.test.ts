import { expect, test } from 'vitest';
import { createMlflowClient, type MlflowClientOptions } from '../client.ts';
import { downloadFolder, readArtifact } from '../transfer.ts';
import { type ObjectStore, objectFolder, type StoredObject } from './object-folder.ts';

/** A store that answers only what a test gives it. */
const open = (
  store: Partial<ObjectStore>,
  options: Partial<MlflowClientOptions> = {},
  root = 'run/artifacts',
) =>
  objectFolder({
    uri: 's3://bucket/run/artifacts',
    root,
    client: createMlflowClient({ trackingUri: 'http://mlflow.invalid', sleep: async () => {}, ...options }),
    open: async () => ({
      level: () => unused('level'),
      keys: () => unused('keys'),
      put: () => unused('put'),
      get: () => unused('get'),
      delete: () => unused('delete'),
      describe: (error) => ({ status: 400, code: 'Refused', message: (error as Error).message }),
      ...store,
    }),
  });

function unused(call: string): never {
  throw new Error(`${call} was not expected`);
}

async function* each<Item>(...items: Item[]): AsyncGenerator<Item> {
  yield* items;
}

const object = (key: string): StoredObject => ({ key, sizeBytes: 1 });

test.each([
  '../x',
  '..',
  '.',
  '/etc/passwd',
  '/',
  '//',
  'a%2fb',
  '%2e%2e',
  'a#b',
  'a\\b',
  'C:x',
  'a\0',
  'a\nb',
])('a listing that names %j is refused before anything is fetched', async (name) => {
  const folder = open({ level: () => each(object('run/artifacts/a'), object(`run/artifacts/${name}`)) });
  await expect(downloadFolder(folder, undefined, '/nowhere')).rejects.toMatchObject({
    code: 'unsafe-artifact-path',
  });
});

test.each([
  ['run/artifacts', undefined, 'run/artifacts/'],
  ['run/artifacts', 'a', 'run/artifacts/a/'],
  ['', undefined, ''],
  ['', 'a', 'a/'],
])('below "%s" the directory %s is the prefix "%s"', async (root, directory, expected) => {
  const asked: string[] = [];
  const level = (prefix: string) => {
    asked.push(prefix);
    return each<StoredObject>();
  };
  await open({ level }, {}, root).list(directory);
  expect(asked).toEqual([expected]);
});

test('a download that breaks off starts again, one that the store refuses does not', async () => {
  let calls = 0;
  async function* broken() {
    yield Buffer.from('ha');
    throw new Error('socket hang up');
  }
  const folder = open({ get: async () => (++calls === 1 ? broken() : each(Buffer.from('half'))) });
  expect(`${await readArtifact(folder, 'x')}`).toBe('half');
  expect(calls).toBe(2);

  const refusing = open({
    get: async () => {
      calls++;
      throw new Error('denied');
    },
  });
  await expect(readArtifact(refusing, 'x')).rejects.toMatchObject({
    status: 400,
    code: 'Refused',
    uri: 's3://bucket/run/artifacts/x',
  });
  expect(calls).toBe(3);
});

test('a store that never answers is given up in time, to list and to read', async () => {
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const store: Partial<ObjectStore> = {
    get: (_, signal) => never(signal),
    async *level(_, signal) {
      yield object('run/artifacts/a');
      await never(signal);
    },
  };
  const folder = open(store, { timeoutMs: 50, retry: { retries: 0 } });
  await expect(folder.list()).rejects.toMatchObject({ code: 'TIMEOUT' });
  await expect(readArtifact(folder, 'x')).rejects.toMatchObject({ errorCode: 'TIMEOUT' });
});

test('who takes the bytes may take longer than the timeout', async () => {
  const folder = open({ get: async () => each(Buffer.from('a'), Buffer.from('b')) }, { timeoutMs: 30 });
  let text = '';
  for await (const chunk of folder.read('x')) {
    await new Promise((resolve) => setTimeout(resolve, 90));
    text += chunk;
  }
  expect(text).toBe('ab');
});

test("the client's signal ends an upload and a download with its own reason", async () => {
  for (const work of ['write', 'read', 'list'] as const) {
    const controller = new AbortController();
    const stop = (_: string, signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        controller.abort(new Error('Ctrl-C'));
      });
    const store: Partial<ObjectStore> = {
      put: (key, _, signal) => stop(key, signal),
      get: stop,
      async *level(prefix, signal) {
        yield await stop(prefix, signal);
      },
    };
    const folder = open(store, { signal: controller.signal });
    const calls = {
      write: () => folder.write('x', new Blob(['x'])),
      read: () => readArtifact(folder, 'x'),
      list: () => folder.list(),
    };
    await expect(calls[work]()).rejects.toThrow('Ctrl-C');
  }
});
