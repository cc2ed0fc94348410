import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeArtifacts } from './artifacts.ts';
import { BACKENDS, type BackendId, expectationsOf } from './differences.ts';
import { describeExperiments } from './experiments.ts';
import { describeHazards } from './hazards.ts';
import { describeInputsAndModels } from './inputs-and-models.ts';
import { describeLimits } from './limits.ts';
import { describeMetricsAndParams } from './metrics.ts';
import { describeRegistry } from './registry.ts';
import { describeRunSearch } from './run-search.ts';
import { describeRuns } from './runs.ts';
import { describeSpecification } from './specification.ts';
import { describeStages } from './stages.ts';
import { type Backend, openWire, type Wire } from './wire.ts';

/**
 * Declares the tests that hold a backend to what MLflow 3.17's own server answers: every call, refusal and limit that
 * the client relies on, and where it differs, exactly as the table of differences says. `open` gives an empty backend;
 * it is called once, before the first test.
 */
export function describeMlflowContract(id: BackendId, open: () => Promise<Backend>): void {
  describe(`MLflow contract: ${BACKENDS[id]}`, () => {
    let backend: Backend;
    let wire: Wire;
    beforeAll(async () => {
      backend = await open();
      wire = openWire(backend);
    });
    afterAll(() => backend?.close());
    const expectations = expectationsOf(id);
    const { expected } = expectations;

    test('it is healthy, says its version, and answers server-info from version 3 on', async () => {
      const major = expected('majorVersion');
      expect(await wire.raw('GET', '/health')).toEqual({ status: 200, text: 'OK' });
      expect((await wire.raw('GET', '/version')).text.split('.')[0]).toBe(major);
      const { response } = await wire.api.GET('/api/3.0/mlflow/server-info');
      expect(response.status).toBe(major === '2' ? 404 : 200);
    });

    test('a call without credentials is answered, or refused where the server asks for them', async () => {
      const { authorization: _, ...anonymous } = backend;
      const { status } = await openWire(anonymous).raw(
        'GET',
        '/api/2.0/mlflow/experiments/get?experiment_id=0',
      );
      expect(status).toBe(expected('anonymous'));
    });

    const current = () => wire;
    describeSpecification(current, id);
    describeExperiments(current, expectations);
    describeRuns(current);
    describeMetricsAndParams(current, expectations);
    describeRunSearch(current);
    describeInputsAndModels(current, expectations);
    describeRegistry(current, expectations);
    describeStages(current, expectations);
    describeArtifacts(current, expectations);
    describeLimits(current, expectations);
    describeHazards(current, expectations);

    test('every difference of the table was observed', () => {
      expect(expectations.unasked()).toEqual([]);
    });
  });
}
