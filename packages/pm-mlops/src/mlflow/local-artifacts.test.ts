import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openArtifacts } from './artifacts.ts';
import { createMlflowClient } from './client.ts';
import { describeClientArtifacts } from './contract/client-artifacts.ts';
import { readArtifact } from './transfer.ts';

describe('a local artifact folder', () => {
  const client = createMlflowClient({ trackingUri: 'http://mlflow.invalid' });
  let place: string;
  let runs = 0;
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'local-artifacts-'));
  });
  afterAll(() => rmSync(place, { recursive: true }));

  describeClientArtifacts(
    () => client,
    async () => openArtifacts(client, `file://${join(place, `${runs++}`)}`),
  );

  test('a symbolic link that leads out of it is refused, to read, to list and to write through', async () => {
    const folder = openArtifacts(client, join(place, 'linked'));
    await folder.write('a.txt', new Blob(['a']));
    writeFileSync(join(place, 'secret'), 'secret');
    symlinkSync(join(place, 'secret'), join(place, 'linked', 'out'));
    const expected = { code: 'unsafe-artifact-path' };
    await expect(readArtifact(folder, 'out')).rejects.toMatchObject(expected);
    await expect(folder.list()).rejects.toMatchObject(expected);
    symlinkSync(place, join(place, 'linked', 'up'));
    await expect(folder.write('up/stolen.txt', new Blob(['x']))).rejects.toMatchObject(expected);
  });
});
