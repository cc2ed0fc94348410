import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArtifact } from '../transfer.ts';
import { describeArtifactFolder } from './contract/artifact-folder.ts';
import { localArtifacts } from './local.ts';

let place: string;
let folders = 0;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'local-artifacts-'));
});
afterAll(() => rmSync(place, { recursive: true }));

describeArtifactFolder('local', async () => localArtifacts(join(place, `${folders++}`)));

test('a symbolic link that leads out of it is refused, to read, to list and to write through', async () => {
  const folder = localArtifacts(join(place, 'linked'));
  expect(folder.uri).toBe(pathToFileURL(join(place, 'linked')).href);
  await folder.write('a.txt', new Blob(['a']));
  writeFileSync(join(place, 'secret'), 'secret');
  symlinkSync(join(place, 'secret'), join(place, 'linked', 'out'));
  const expected = { code: 'unsafe-artifact-path' };
  await expect(readArtifact(folder, 'out')).rejects.toMatchObject(expected);
  await expect(folder.list()).rejects.toMatchObject(expected);
  symlinkSync(place, join(place, 'linked', 'up'));
  await expect(folder.write('up/stolen.txt', new Blob(['x']))).rejects.toMatchObject(expected);
});
