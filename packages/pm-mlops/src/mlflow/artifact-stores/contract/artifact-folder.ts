import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downloadFile, downloadFolder, readArtifact, uploadFile, uploadFolder } from '../../transfer.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';
import { describeArtifactNames } from './names.ts';

export interface ArtifactFolderTraits {
  /** Whether files can be removed (default true). */
  readonly removes?: boolean;
  /** Whether a file may be named in letters beyond Latin-1 (default true). */
  readonly wideNames?: boolean;
  /** How many files one test lists in a directory; more than the storage puts on a page, where it has pages. */
  readonly manyFiles?: number;
}

/** Declares the tests that every store passes. `open` answers an empty folder each time. */
export function describeArtifactFolder(
  name: string,
  open: () => Promise<ArtifactFolder>,
  { removes = true, manyFiles = 30, wideNames = true }: ArtifactFolderTraits = {},
): void {
  describe(`artifact folder: ${name}`, () => {
    let place: string;
    let folder: ArtifactFolder;
    beforeEach(async () => {
      place = mkdtempSync(join(tmpdir(), 'artifacts-'));
      folder = await open();
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
      await folder.write('a/empty', new Blob([]));
      expect(await folder.list()).toEqual([
        { path: 'a', isDirectory: true, sizeBytes: undefined },
        { path: 'b.txt', isDirectory: false, sizeBytes: 5 },
      ]);
      expect(await folder.list('a')).toEqual([
        { path: 'a/c.txt', isDirectory: false, sizeBytes: 1 },
        { path: 'a/empty', isDirectory: false, sizeBytes: 0 },
      ]);
      expect(await folder.list('missing')).toEqual([]);
    });

    test(`a directory of ${manyFiles} files is listed whole`, async () => {
      const paths = Array.from({ length: manyFiles }, (_, n) => `many/${`${n}`.padStart(5, '0')}.txt`);
      const left = [...paths];
      const writer = async () => {
        for (let path = left.pop(); path !== undefined; path = left.pop())
          await folder.write(path, new Blob(['x']));
      };
      await Promise.all(Array.from({ length: 16 }, writer));
      expect((await folder.list('many')).map(({ path }) => path)).toEqual(paths);
    });

    test('a file is overwritten, also by a shorter and an empty one', async () => {
      for (const content of ['first', 'second!', 'x', '']) {
        await folder.write('x.txt', new Blob([content]));
        expect(`${await readArtifact(folder, 'x.txt')}`).toBe(content);
      }
    });

    test('a file that is not there is an error', async () => {
      await folder.write('there.txt', new Blob(['x']));
      await expect(readArtifact(folder, 'not-there.txt')).rejects.toThrow('not-there.txt');
    });

    if (removes) {
      test('a file and a directory are removed, and nothing that only begins alike', async () => {
        for (const path of ['a/b', 'a/bc', 'd/e/f.txt', 'd/g.txt', 'de/h.txt'])
          await folder.write(path, new Blob([path]));
        await folder.remove('a/b');
        expect((await folder.list('a')).map(({ path }) => path)).toEqual(['a/bc']);
        await folder.remove('d');
        expect((await folder.list()).map(({ path }) => path)).toEqual(['a', 'de']);
      });
    } else {
      test('a removal is refused', async () => {
        await folder.write('a.txt', new Blob(['a']));
        await expect(folder.remove('a.txt')).rejects.toMatchObject({ code: 'cannot-remove' });
      });
    }

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

    describeArtifactNames(() => folder, { wideNames });
  });
}
