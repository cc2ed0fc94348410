import { pythonFor } from 'pm-core/testing';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { describeLargeFiles } from '../artifact-stores/contract/large-files.ts';
import { openArtifacts } from '../artifacts.ts';
import { createMlflowClient } from '../client.ts';
import { findExperiment } from '../experiments.ts';
import { startRun } from './client-runs.ts';
import { describeRealServer } from './real-server.ts';

describe.skipIf(pythonFor() === undefined)('a real MLflow 3.17 (needs Python)', () => {
  const baseUrl = describeRealServer('mlflow-3.17', { arguments: ['--host', '0.0.0.0'] });

  test('an artifact name is decoded once more than it was encoded, which is why the client refuses %-escapes', async () => {
    const proxy = `${baseUrl()}/api/2.0/mlflow-artifacts/artifacts`;
    await fetch(`${proxy}/escapes/a%2520b.txt`, { method: 'PUT', body: 'x' });
    const { files } = (await (await fetch(`${proxy}?path=escapes`)).json()) as { files: { path: string }[] };
    expect(files.map((file) => file.path)).toEqual(['a b.txt']);
  });

  describeLargeFiles(
    async () => {
      const client = createMlflowClient({ trackingUri: baseUrl() });
      return openArtifacts(client, (await startRun(client)).artifactUri);
    },
    Number(process.env.LARGE_FILE_MEGABYTES ?? 300),
  );

  test('a host name that the server was not told of is refused, naming the option to set', async () => {
    const { port } = new URL(baseUrl());
    const client = createMlflowClient({
      trackingUri: `http://mlflow.internal:${port}`,
      fetch: toThisMachine,
    });
    await expect(findExperiment(client, 'Default')).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('--allowed-hosts'),
    });
  });
});

/** A fetch for which every host name is this machine's. */
const toThisMachine: typeof fetch = (input, init) => {
  const dispatcher = new Agent({
    connect: { lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
  });
  return fetch(input, {
    ...init,
    dispatcher: dispatcher as unknown as NonNullable<RequestInit['dispatcher']>,
  });
};
