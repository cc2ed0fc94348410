import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeArtifacts } from './artifacts.ts';
import { describeExperiments } from './experiments.ts';
import { describeInputsAndModels } from './inputs-and-models.ts';
import { describeMetricsAndParams } from './metrics.ts';
import { describeRegistry } from './registry.ts';
import { describeRunSearch } from './run-search.ts';
import { describeRuns } from './runs.ts';
import { describeStages } from './stages.ts';
import { type Backend, openWire, type Wire } from './wire.ts';

/**
 * Declares the tests that hold a backend to what MLflow 3.17's own server answers: every call, refusal and limit that
 * the client relies on. `open` gives an empty backend; it is called once, before the first test.
 */
export function describeMlflowContract(name: string, open: () => Promise<Backend>): void {
  describe(`MLflow contract: ${name}`, () => {
    let backend: Backend;
    let wire: Wire;
    beforeAll(async () => {
      backend = await open();
      wire = openWire(backend);
    });
    afterAll(() => backend?.close());

    test('it is healthy and is an MLflow of major version 3', async () => {
      expect(await wire.raw('GET', '/health')).toEqual({ status: 200, text: 'OK' });
      expect((await wire.raw('GET', '/version')).text).toMatch(/^3\./);
      const { response } = await wire.api.GET('/api/3.0/mlflow/server-info');
      expect(response.status).toBe(200);
    });
    const current = () => wire;
    describeExperiments(current);
    describeRuns(current);
    describeMetricsAndParams(current);
    describeRunSearch(current);
    describeInputsAndModels(current);
    describeRegistry(current);
    describeStages(current);
    describeArtifacts(current);
  });
}
