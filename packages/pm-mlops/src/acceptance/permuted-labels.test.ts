import { seededRandom } from 'pm-core';
import { openDuckDb } from 'pm-core/engine';
import { openLake } from 'pm-core/lake';
import type { Evaluation } from 'pm-core/metrics';
import { expect, it } from 'vitest';
import type { TrainDocument } from './testing/documents.ts';
import { SMALL_FLEET } from './testing/small-fleet.ts';
import { type Workplace, workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];

/**
 * Puts the labels of labeled_features into a random order among the labelled rows. The table stays the one computed from
 * the features as they are, so that a training takes it for up to date: everything after the labels is the real line.
 */
async function permuteLabels(place: Workplace): Promise<void> {
  const lake = openLake(place.path('lake'), { clock: () => new Date() });
  using _lock = lake.lock('permute labels');
  const engine = await openDuckDb();
  await lake.attach(engine);
  const ordered =
    'SELECT *, row_number() OVER (ORDER BY machine_id, window_end) AS place FROM labeled_features';
  const { columns } = await engine.columns(
    `SELECT label FROM (${ordered}) WHERE label IS NOT NULL ORDER BY place`,
    {
      label: 'int32',
    },
  );
  const labels = shuffled(columns.label);
  await engine.defineColumns('permuted', [
    { name: 'rank', type: 'int', values: labels.map((_, i) => i + 1) },
    { name: 'label', type: 'int', values: labels },
  ]);
  const ranked = `SELECT *, row_number() OVER (PARTITION BY label IS NULL ORDER BY place) AS rank FROM (${ordered})`;
  const select = `SELECT ranked.* EXCLUDE (place, rank) REPLACE (permuted.label AS label)
    FROM (${ranked}) ranked LEFT JOIN permuted ON permuted.rank = ranked.rank AND ranked.label IS NOT NULL ORDER BY place`;
  const { computedFrom } = lake.manifest.tables.labeled_features!;
  await lake.commit({
    tables: {
      labeled_features: { write: (path) => engine.writeParquet(select, path), computedFrom: computedFrom! },
    },
  });
  engine.close();
}

function shuffled(values: Int32Array): Int32Array {
  const [random, order] = [seededRandom(7), values.slice()];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Standard error of an AUC of 0.5 by chance: that of the Mann–Whitney statistic without ties. */
const chanceError = (positives: number, negatives: number): number =>
  Math.sqrt((positives + negatives + 1) / (12 * positives * negatives));

it('labels in a random order teach nothing: the whole line gives an AUC of 0.5', async () => {
  const place = workplaceForTest({
    small: {
      ...SMALL_FLEET,
      simulate: { ...SMALL_FLEET.simulate, machines: 60 },
      model: { trees: 10, maxDepth: 6 },
    },
  });
  await place.json('ingest', ...CONFIG);
  const honest = (await place.json<TrainDocument>('train', ...CONFIG)).evaluation;
  await permuteLabels(place);
  const permuted = (await place.json<TrainDocument>('train', ...CONFIG)).evaluation;

  const rowsByClass = ({ confusion }: Evaluation) =>
    confusion.map((row) => row.reduce((sum, n) => sum + n, 0));
  const rows = rowsByClass(permuted);
  expect(rows).not.toEqual(rowsByClass(honest));
  const errors = rows.map((positives) => chanceError(positives, permuted.rowCount - positives));
  const tolerance = (3 * errors.reduce((sum, one) => sum + one, 0)) / errors.length;
  expect(tolerance).toBeLessThan(0.1);
  expect(Math.abs(permuted.rocAuc! - 0.5)).toBeLessThan(tolerance);
  expect(Math.abs(permuted.anyFailure!.rocAuc! - 0.5)).toBeLessThan(3 * errors[0]!);
  expect(honest.rocAuc).toBeGreaterThan(0.5 + tolerance);
});
