import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { getRun, newRun, ok, type Wire } from './wire.ts';

export function describeArtifacts(wire: () => Wire, { expected }: Expectations): void {
  const folder = async (run_id: string) =>
    (await getRun(wire(), run_id)).info!.artifact_uri!.replace('mlflow-artifacts:/', '');
  const put = (path: string, bytes: Uint8Array) =>
    wire().raw('PUT', `/api/2.0/mlflow-artifacts/artifacts/${path}`, bytes, 'application/octet-stream');
  const read = (path: string) => wire().raw('GET', `/api/2.0/mlflow-artifacts/artifacts/${path}`);
  const bytes = (text: string) => new TextEncoder().encode(text);

  describe('artifacts', () => {
    test('a file is stored, overwritten, read and removed', async () => {
      const path = `${await folder(await newRun(wire()))}/model/MLmodel`;
      for (const text of ['first', 'second, longer']) {
        expect((await put(path, bytes(text))).status).toBe(200);
        expect(await read(path)).toEqual({ status: 200, text });
      }
      expect((await wire().raw('DELETE', `/api/2.0/mlflow-artifacts/artifacts/${path}`)).status).toBe(200);
      expect((await read(path)).status).toBeGreaterThanOrEqual(400);
    });

    test('every byte comes back, also of an empty file', async () => {
      const { api } = wire();
      const path = `${await folder(await newRun(wire()))}/all.bin`;
      const all = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 7) % 256);
      for (const content of [all, new Uint8Array()]) {
        await put(path, content);
        const { data } = await api.GET('/api/2.0/mlflow-artifacts/artifacts/{artifact_path}', {
          params: { path: { artifact_path: path } },
          parseAs: 'arrayBuffer',
        });
        expect(
          Buffer.from((data as ArrayBuffer | undefined) ?? new ArrayBuffer()).equals(Buffer.from(content)),
        ).toBe(true);
      }
    });

    test.each(['with space.txt', 'Ünïcode.txt', 'a+b%c.txt', 'que?ry.txt'])(
      'the name %s survives',
      async (name) => {
        const run_id = await newRun(wire());
        const path = `${await folder(run_id)}/${encodeURIComponent(name)}`;
        expect((await put(path, bytes('x'))).status).toBe(200);
        expect(await read(path)).toEqual({ status: 200, text: 'x' });
        const listed = await ok(
          wire().api.GET('/api/2.0/mlflow/artifacts/list', { params: { query: { run_id } } }),
        );
        expect(listed.files!.map((file) => file.path)).toEqual([name]);
      },
    );

    test('a name beyond Latin-1 survives, or breaks the connection', async () => {
      const path = `${await folder(await newRun(wire()))}/${encodeURIComponent('予知保全.txt')}`;
      expect((await put(path, bytes('x'))).status).toBe(200);
      const text = await read(path).then(
        (reply) => reply.text,
        () => undefined,
      );
      expect(text === 'x' ? 'yes' : 'no').toBe(expected('wideArtifactName'));
    });

    test('a name with # is 400', async () => {
      const path = `${await folder(await newRun(wire()))}/${encodeURIComponent('a#b.txt')}`;
      expect((await put(path, bytes('x'))).status).toBe(400);
    });

    test('a listing names files with their size and folders, relative to the run', async () => {
      const { api } = wire();
      const run_id = await newRun(wire());
      const root = await folder(run_id);
      await put(`${root}/report.html`, bytes('<html>'));
      await put(`${root}/model/MLmodel`, bytes('flavors'));
      await put(`${root}/model/data/deep.bin`, bytes('12345'));
      const list = async (path?: string) =>
        ok(
          api.GET('/api/2.0/mlflow/artifacts/list', { params: { query: { run_id, ...(path && { path }) } } }),
        );
      const top = await list();
      expect(top.root_uri).toBe(`mlflow-artifacts:/${root}`);
      expect(top.files).toEqual([
        { path: 'model', is_dir: true },
        { path: 'report.html', is_dir: false, file_size: 6 },
      ]);
      expect((await list('model')).files).toEqual([
        { path: 'model/MLmodel', is_dir: false, file_size: 7 },
        { path: 'model/data', is_dir: true },
      ]);
      const proxied = await ok(
        api.GET('/api/2.0/mlflow-artifacts/artifacts', { params: { query: { path: `${root}/model` } } }),
      );
      expect(proxied.files!.map((file) => file.path)).toEqual(['MLmodel', 'data']);
    });

    test('a run without artifacts lists none', async () => {
      const run_id = await newRun(wire());
      const listed = await ok(
        wire().api.GET('/api/2.0/mlflow/artifacts/list', { params: { query: { run_id } } }),
      );
      expect(listed.files ?? []).toEqual([]);
    });

    test.each([
      '..%2F..%2Fescaped.txt',
      '%2e%2e/%2e%2e/escaped.txt',
      '%2e%2e%2f%2e%2e%2fescaped.txt',
      'a/..%2F..%2F..%2Fescaped.txt',
      '%252e%252e%252fescaped.txt',
    ])('the path %s is refused, to write and to read', async (path) => {
      const written = await put(path, bytes('out'));
      expect(written.status).toBeGreaterThanOrEqual(400);
      expect(written.status).toBeLessThan(500);
      expect((await read(path)).status).toBeGreaterThanOrEqual(400);
    });

    test('an absolute path is refused, or stays inside the artifacts', async () => {
      const { status } = await put('%2Fetc/escaped.txt', bytes('out'));
      expect(status < 400 ? 'kept inside the artifacts' : 'refused').toBe(expected('absoluteArtifactPath'));
      if (status < 400) expect((await read('etc/escaped.txt')).text).toBe('out');
    });

    test.each(['../..', '/etc', '%2e%2e', 'a/../../b'])('a listing of %s is 400', async (path) => {
      const { api } = wire();
      const run_id = await newRun(wire());
      const { response } = await api.GET('/api/2.0/mlflow/artifacts/list', {
        params: { query: { run_id, path } },
      });
      expect(response.status).toBe(400);
    });

    test('a file that is not there is refused', async () => {
      const path = `${await folder(await newRun(wire()))}/never`;
      expect((await read(path)).status).toBeGreaterThanOrEqual(400);
    });
  });
}
