import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArtifacts } from './artifacts.ts';
import { createMlflowClient } from './client.ts';
import { readArtifact } from './transfer.ts';

describe('a local folder as artifact URI', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const uris = () => [folder, pathToFileURL(folder).href];

  test.each([
    'http://embedded.invalid',
    'http://localhost:5000',
    'http://127.0.0.1:5000/mlflow',
    'https://127.8.0.9',
    'http://[::1]:5000',
  ])('is taken from %s', async (trackingUri) => {
    for (const uri of uris()) {
      const opened = openArtifacts(createMlflowClient({ trackingUri }), uri);
      await opened.write('a.txt', new Blob(['here']));
      expect(`${await readArtifact(opened, 'a.txt')}`).toBe('here');
    }
  });

  test.each([
    'https://mlflow.example',
    'http://10.0.0.1:5000',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://evil.example/localhost',
    'http://[2001:db8::1]:5000',
  ])('is refused from %s: it has no say over files here', (trackingUri) => {
    for (const uri of [...uris(), '/etc', 'C:\\Users', 'file:///etc/passwd']) {
      expect(() => openArtifacts(createMlflowClient({ trackingUri }), uri)).toThrow(
        expect.objectContaining({ name: 'UserError', code: 'local-artifact-uri' }),
      );
    }
  });
});
