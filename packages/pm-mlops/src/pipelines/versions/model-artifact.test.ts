import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedFetch, type EmbeddedFetch } from '../../mlflow/embedded/index.ts';
import {
  createMlflowClient,
  createModelVersion,
  createRun,
  ensureRegisteredModel,
  experimentIdByName,
  type MlflowClient,
  type ModelVersion,
  openArtifacts,
} from '../../mlflow/index.ts';
import { downloadModel } from './model-artifact.ts';

const FILES = { MLmodel: 'flavors: {}', 'data/more.bin': 'more', 'model.onnx': 'bytes' };

describe('a downloaded model', () => {
  let folder: string;
  let store: EmbeddedFetch;
  let client: MlflowClient;
  /** What the server says no to: a part of a request's address. */
  let refused: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'model-artifact-'));
    refused = 'nothing';
    store = createEmbeddedFetch({
      databaseFile: join(folder, 'mlflow.db'),
      artifactDirectory: join(folder, 'mlartifacts'),
    });
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = input instanceof Request ? input.url : `${input}`;
      return url.includes(refused) ? new Response('{}', { status: 403 }) : store(input, init);
    };
    client = createMlflowClient({ trackingUri: 'http://embedded.invalid', fetch });
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  it('has all files of the version, in a folder that is new or empty', async () => {
    const version = await register(FILES);
    mkdirSync(join(folder, 'empty'));
    for (const name of ['new', 'empty', 'inside/two']) {
      const directory = join(folder, name);
      expect(await downloadModel(client, version, directory)).toEqual(Object.keys(FILES));
      expect(readFileSync(join(directory, 'data/more.bin'), 'utf8')).toBe('more');
    }
    expect(leftOver()).toEqual([]);
  });

  it('takes the place of nothing', async () => {
    const version = await register(FILES);
    await downloadModel(client, version, join(folder, 'model'));
    for (const taken of ['model', 'model/MLmodel']) {
      const again = downloadModel(client, version, join(folder, taken));
      await expect(again).rejects.toMatchObject({ code: 'output-exists' });
    }
  });

  it('is not there at all where the version has no MLmodel', async () => {
    const version = await register({ 'model.onnx': 'bytes' });
    const downloading = downloadModel(client, version, join(folder, 'model'));
    await expect(downloading).rejects.toMatchObject({ code: 'no-model-files' });
    expect(existsSync(join(folder, 'model'))).toBe(false);
  });

  it('is not there at all where the last file cannot be had', async () => {
    const version = await register(FILES);
    refused = 'model.onnx';
    await expect(downloadModel(client, version, join(folder, 'model'))).rejects.toThrow('403');
    expect(existsSync(join(folder, 'model'))).toBe(false);
    expect(leftOver()).toEqual([]);
  });

  /** Version 1 of a model with these files in a run's artifacts. */
  async function register(files: Readonly<Record<string, string>>): Promise<ModelVersion> {
    const experimentId = await experimentIdByName(client, 'pm');
    const { runId, artifactUri } = await createRun(client, { experimentId, startTimeMs: 0 });
    const source = `${artifactUri}/model`;
    for (const [path, text] of Object.entries(files)) {
      await openArtifacts(client, source).write(path, new Blob([text]));
    }
    await ensureRegisteredModel(client, 'pm');
    return createModelVersion(client, { modelName: 'pm', source, runId });
  }

  const leftOver = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));
});
