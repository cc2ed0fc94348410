import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ArtifactFolder, openArtifacts } from '../artifacts.ts';
import type { MlflowClient } from '../client.ts';
import { downloadFile, downloadFolder, readArtifact, uploadFile, uploadFolder } from '../transfer.ts';
import { startRun } from './client-runs.ts';

/** Declares the tests of artifact folders: the proxied one of a backend's run, or another that `openFolder` gives. */
export function describeClientArtifacts(
  open: () => MlflowClient,
  openFolder = async (client: MlflowClient) => openArtifacts(client, (await startRun(client)).artifactUri),
): void {
  describe('artifact folders', () => {
    let place: string;
    let folder: ArtifactFolder;
    beforeEach(async () => {
      place = mkdtempSync(join(tmpdir(), 'artifacts-'));
      folder = await openFolder(open());
    });
    afterEach(() => rmSync(place, { recursive: true, force: true }));

    test('a folder of files travels there and back, byte by byte', async () => {
      const files: Record<string, Buffer> = {
        MLmodel: Buffer.from('flavors: {}'),
        'empty.bin': Buffer.alloc(0),
        'data/deep/tensor.bin': Buffer.from(Uint8Array.from({ length: 300_000 }, (_, n) => (n * 31) % 256)),
        'with space.txt': Buffer.from('ä'),
      };
      for (const [path, bytes] of Object.entries(files)) {
        mkdirSync(join(place, 'from', path, '..'), { recursive: true });
        writeFileSync(join(place, 'from', path), bytes);
      }
      const uploaded = await uploadFolder(folder, 'model', join(place, 'from'));
      expect(uploaded).toEqual(
        Object.keys(files)
          .map((path) => `model/${path}`)
          .sort(),
      );
      const downloaded = await downloadFolder(folder, 'model', join(place, 'to'));
      expect(downloaded.sort()).toEqual(Object.keys(files).sort());
      for (const [path, bytes] of Object.entries(files)) {
        expect(readFileSync(join(place, 'to', path)).equals(bytes)).toBe(true);
      }
    });

    test('a listing has names, kinds and sizes in order, also of a folder', async () => {
      await folder.write('b.txt', new Blob(['12345']));
      await folder.write('a/c.txt', new Blob(['1']));
      expect(await folder.list()).toEqual([
        { path: 'a', isDirectory: true, sizeBytes: undefined },
        { path: 'b.txt', isDirectory: false, sizeBytes: 5 },
      ]);
      expect(await folder.list('a')).toEqual([{ path: 'a/c.txt', isDirectory: false, sizeBytes: 1 }]);
      expect(await folder.list('missing')).toEqual([]);
    });

    test('a file is overwritten and removed', async () => {
      await folder.write('x.txt', new Blob(['first']));
      await folder.write('x.txt', new Blob(['second']));
      expect(`${await readArtifact(folder, 'x.txt')}`).toBe('second');
      await folder.remove('x.txt');
      await expect(readArtifact(folder, 'x.txt')).rejects.toThrow();
    });

    test('a file whose digest is another is refused, and leaves nothing behind', async () => {
      writeFileSync(join(place, 'report.html'), '<html>');
      await uploadFile(folder, 'report.html', join(place, 'report.html'));
      const to = join(place, 'to.html');
      await expect(downloadFile(folder, 'report.html', to, { sha256: '00' })).rejects.toMatchObject({
        code: 'artifact-damaged',
      });
      expect(() => readFileSync(to)).toThrow('ENOENT');
      const sha256 = await downloadFile(folder, 'report.html', to);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(await downloadFile(folder, 'report.html', to, { sha256 })).toBe(sha256);
    });

    test('a symbolic link is not uploaded', async () => {
      mkdirSync(join(place, 'from'));
      symlinkSync('/etc/hostname', join(place, 'from', 'link'));
      await expect(uploadFolder(folder, 'model', join(place, 'from'))).rejects.toMatchObject({
        code: 'not-a-file',
      });
    });

    test.each(['../x', '/etc/x', 'a/../../x', 'a//x', '%2e%2e/x', 'a%2f..%2f..%2fx', 'a#x', 'a\\x', ''])(
      'the path "%s" is refused before anything is sent',
      async (path) => {
        const expected = { code: 'unsafe-artifact-path' };
        await expect(folder.write(path, new Blob(['x']))).rejects.toMatchObject(expected);
        await expect(readArtifact(folder, path)).rejects.toMatchObject(expected);
        await expect(folder.list(path)).rejects.toMatchObject(expected);
      },
    );
  });
}
