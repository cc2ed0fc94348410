import { expect, it } from 'vitest';
import type { ListedVersion } from '../pipelines/listing.ts';
import { runsOf, type TrainDocument } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { type Workplace, workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];

/** All that must be the same in two lakes of one origin and seed. */
async function trainedFrom(place: Workplace, ...origin: string[]) {
  await place.json('ingest', ...CONFIG, ...origin);
  const { evaluation } = await place.json<TrainDocument>('train', ...CONFIG);
  const { versions } = await place.json<{ versions: ListedVersion[] }>('models', 'list');
  const [run] = await runsOf(place, CONFIG[1]!);
  return {
    evaluation,
    modelDigest: versions[0]!.tags['pm.model_digest'],
    dataDigests: run!.datasets.map(({ digest }) => digest),
    // Doubles in the shortest form that reads back the same: equal texts are equal bits.
    features: (await place.pm('tables', 'export', 'features')).out,
  };
}

it('the same rows and seed give the same feature bits and model bytes, simulated or from CSV', async () => {
  const workflow = smallWorkflow({ trees: 10, maxDepth: 10 });
  const [one, other] = [workplaceForTest({ small: workflow }), workplaceForTest({ small: workflow })];
  await other.json('simulate', ...CONFIG, '--out', 'files');
  const simulated = await trainedFrom(one);
  expect(simulated.modelDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(simulated.features.split('\n').length).toBeGreaterThan(3000);
  expect(await trainedFrom(other, '--source', 'files')).toEqual(simulated);
});
