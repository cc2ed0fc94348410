import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** What there is of the first weeks in `files` arrives, and features are computed; then the rest arrives. */
async function deliverInTwo(place: Workplace): Promise<void> {
  const files = place.files('files').filter((name) => name.endsWith('.csv'));
  mkdirSync(place.path('arrived'));
  for (const file of files) {
    const [header, ...lines] = readFileSync(place.path('files', file), 'utf8').trimEnd().split('\n');
    const early = file === 'PdM_machines.csv' ? lines : lines.filter((line) => line < '2015-02-20');
    writeFileSync(place.path('arrived', file), `${[header, ...early].join('\n')}\n`);
  }
  await place.json('ingest', ...CONFIG, '--source', 'arrived');
  await place.json('features', ...CONFIG);
  for (const file of files) copyFileSync(place.path('files', file), place.path('arrived', file));
}

it('the same rows and seed give the same feature bits and model bytes, simulated or from CSV in two deliveries', async () => {
  const workflow = smallWorkflow({ trees: 10, maxDepth: 10 });
  const [one, other] = [workplaceForTest({ small: workflow }), workplaceForTest({ small: workflow })];
  await other.json('simulate', ...CONFIG, '--out', 'files');
  const simulated = await trainedFrom(one);
  expect(simulated.modelDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(simulated.features.split('\n').length).toBeGreaterThan(3000);
  await deliverInTwo(other);
  expect(await trainedFrom(other, '--source', 'arrived')).toEqual(simulated);
});
