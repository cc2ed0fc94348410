import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { newExperiment, newModel, newRun, newVersion, ok, refused, type Schemas, type Wire } from './wire.ts';

const invalid = { status: 400, code: 'INVALID_PARAMETER_VALUE' };
const text = (length: number) => 'x'.repeat(length);

/** Longest texts, in characters; what is longer by one is refused. */
export function describeLimits(wire: () => Wire, { expected }: Expectations): void {
  describe('limits', () => {
    test.each([
      ['key', 250],
      ['value', Number(expected('experimentTagValue'))],
    ] as const)("an experiment tag's %s has at most %i characters", async (name, most) => {
      const experiment_id = await newExperiment(wire());
      const set = (length: number) =>
        wire().api.POST('/api/2.0/mlflow/experiments/set-experiment-tag', {
          body: { experiment_id, key: 'k', value: 'v', [name]: text(length) },
        });
      await ok(set(most));
      expect(await refused(set(most + 1))).toMatchObject(invalid);
    });

    test.each([
      ['key', 250],
      ['value', Number(expected('registryTagValue'))],
    ] as const)('the %s of a tag of a model or version has at most %i characters', async (name, most) => {
      const { api } = wire();
      const model = await newModel(wire());
      const version = await newVersion(wire(), model);
      const tag = (length: number) => ({ key: 'k', value: 'v', [name]: text(length) });
      const ofModel = (length: number) =>
        api.POST('/api/2.0/mlflow/registered-models/set-tag', { body: { name: model, ...tag(length) } });
      const ofVersion = (length: number) =>
        api.POST('/api/2.0/mlflow/model-versions/set-tag', {
          body: { name: model, version, ...tag(length) },
        });
      for (const set of [ofModel, ofVersion]) {
        await ok(set(most));
        expect(await refused(set(most + 1))).toMatchObject(invalid);
      }
    });

    const dataset = { name: 'd', digest: 'd', source_type: 'local', source: '{}' };
    const logInput = async (input: Schemas['DatasetInput']) =>
      wire().api.POST('/api/2.0/mlflow/runs/log-inputs', {
        body: { run_id: await newRun(wire()), datasets: [input] },
      });

    test.each([
      ['name', 500],
      ['digest', 36],
      ['source', 65_535],
      ['schema', 1_048_575],
    ] as const)("a dataset's %s has at most %i characters", async (name, most) => {
      await ok(logInput({ dataset: { ...dataset, [name]: text(most) } }));
      expect(await refused(logInput({ dataset: { ...dataset, [name]: text(most + 1) } }))).toMatchObject(
        invalid,
      );
    });

    test.each([
      ['key', 255],
      ['value', 500],
    ] as const)("an input tag's %s has at most %i characters", async (name, most) => {
      const tag = (length: number) => ({ key: 'k', value: 'v', [name]: text(length) });
      await ok(logInput({ dataset, tags: [tag(most)] }));
      expect(await refused(logInput({ dataset, tags: [tag(most + 1)] }))).toMatchObject(invalid);
    });

    test('an alias has at most 255 characters', async () => {
      const name = await newModel(wire());
      const version = await newVersion(wire(), name);
      await ok(
        wire().api.POST('/api/2.0/mlflow/registered-models/alias', {
          body: { name, version, alias: text(255) },
        }),
      );
    });
  });
}
