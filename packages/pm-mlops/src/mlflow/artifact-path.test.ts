import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeArtifactPath } from './artifact-path.ts';

test.each([
  'MLmodel',
  'model/data/deep.bin',
  'with space.txt',
  'Ünïcode',
  '100%.txt',
  'a+b%c',
  '...',
  '..a/b..',
  '.hidden',
])('the path %s is as it is', (path) => {
  expect(safeArtifactPath(path)).toBe(path);
});

test.each([
  '',
  '/',
  '/etc/passwd',
  '//proc/self/root',
  '.',
  '..',
  '../x',
  'a/..',
  'a/../b',
  'a//b',
  'a/',
  './a',
  'a/./b',
  'a%20b',
  '%2e%2e',
  '%2E./x',
  'a/%2e%2e/b',
  '..%2fx',
  'a%2f..%2f..%2fb',
  '%252e%252e%252fx',
  '%25252e%25252e',
  '%2fetc',
  'a\\b',
  '..\\x',
  '%5c..%5cx',
  'C:/x',
  'c:x',
  'a#b',
  'a%23b',
  'a\0b',
  'a%00b',
  'a\nb',
  'a%0ab',
])('the path %j is refused', (path) => {
  expect(() => safeArtifactPath(path)).toThrow('is refused');
});

test('what passes stays inside its folder, decoded any number of times', () => {
  const part = fc.constantFrom('a', '.', '..', '/', '%2e', '%2f', '%25', '2e', '2f', '\\', ' ', '%', 'b');
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      (path) => {
        let decoded: string;
        try {
          decoded = safeArtifactPath(path);
        } catch {
          return;
        }
        for (let layer = 0; layer < 6; layer++) {
          expect(posix.join('/artifacts/run', decoded).startsWith('/artifacts/run/')).toBe(true);
          try {
            decoded = decodeURIComponent(decoded);
          } catch {
            return;
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});
