import { expect, test } from 'vitest';
import { readArtifact } from '../../transfer.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';

/** Declares the tests of what a file may be called. */
export function describeArtifactNames(
  open: () => ArtifactFolder,
  { wideNames }: { wideNames: boolean },
): void {
  const wide = ['予知保全/モデル.onnx', 'a\u0308 is two code points', '🔧.bin'];
  test.each([
    ...(wideNames ? wide : []),
    'Zustand äöü ß.txt',
    "a+b=c&d;e,f@g$h!i'j(k)m~n.txt",
    '100%.txt',
    'what?.txt',
    '.hidden/..a/b..',
  ])('the name "%s" comes back as it was', async (path) => {
    const folder = open();
    await folder.write(path, new Blob([path]));
    expect(`${await readArtifact(folder, path)}`).toBe(path);
    const [top = ''] = path.split('/');
    expect((await folder.list()).map((entry) => entry.path)).toEqual([top]);
    if (top !== path) expect((await folder.list(top)).length).toBe(1);
  });

  test('a directory whose name begins like another one stays apart from it', async () => {
    const folder = open();
    for (const path of ['a/b/1', 'a/bc/2', 'a/b.txt']) await folder.write(path, new Blob([path]));
    expect((await folder.list('a/b')).map(({ path }) => path)).toEqual(['a/b/1']);
    expect((await folder.list('a')).map(({ path }) => path)).toEqual(['a/b', 'a/b.txt', 'a/bc']);
  });

  test.each([
    '',
    '../x',
    '/etc/x',
    '//proc/self/root',
    'a/../../x',
    'a//x',
    './x',
    'a/',
    '%2e%2e/x',
    'a%2f..%2f..%2fx',
    '%252e%252e/x',
    'a#x',
    'a\\x',
    'C:/x',
    'a\0x',
    'a\nx',
  ])('the path %j is refused before anything is sent', async (path) => {
    const folder = open();
    const expected = { code: 'unsafe-artifact-path' };
    await expect(folder.write(path, new Blob(['x']))).rejects.toMatchObject(expected);
    await expect(readArtifact(folder, path)).rejects.toMatchObject(expected);
    await expect(folder.list(path)).rejects.toMatchObject(expected);
    expect(await folder.list()).toEqual([]);
  });
}
