import { describe, expect, test } from 'vitest';
import { pythonFor } from '../../testing/python.ts';
import { describeRealServer } from './real-server.ts';

describe.skipIf(pythonFor() === undefined)('a real MLflow 3.17 (needs Python)', () => {
  const baseUrl = describeRealServer('mlflow-3.17');

  test('an artifact name is decoded once more than it was encoded, which is why the client refuses %-escapes', async () => {
    const proxy = `${baseUrl()}/api/2.0/mlflow-artifacts/artifacts`;
    await fetch(`${proxy}/escapes/a%2520b.txt`, { method: 'PUT', body: 'x' });
    const { files } = (await (await fetch(`${proxy}?path=escapes`)).json()) as { files: { path: string }[] };
    expect(files.map((file) => file.path)).toEqual(['a b.txt']);
  });
});
