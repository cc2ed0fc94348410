import fc from 'fast-check';
import { CLASSES } from 'pm-core';
import { type FeatureMatrix, featureNames, readFeatureMatrix } from 'pm-core/features';
import { expect, it, onTestFinished } from 'vitest';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { ensureFeatures } from './fleet/feature-tables.ts';
import { type DueWindows, findDueWindows } from './scoring/due-windows.ts';
import { writeScoredRows } from './scoring/scored-table.ts';
import { at, delivery } from './testing/arbitrary-delivery.ts';
import { type DeliveredFleet, deliveredFleet } from './testing/delivered-fleet.ts';
import { expectWhole } from './testing/expect-features.ts';

const versionOf = (version: string): ModelVersion => ({
  modelName: 'small',
  version,
  stage: 'Production',
  status: 'READY',
  statusMessage: undefined,
  source: '',
  runId: 'run',
  description: '',
  tags: {},
  createdAtMs: 0,
  lastUpdatedAtMs: 0,
});
const SCORED_AT = new Date('2026-02-03T04:05:06Z');

/** A number that no other row of features has but by chance, in place of a model's probability. */
const markOf = ({ columns }: FeatureMatrix, row: number): number =>
  Math.fround(
    columns.reduce((sum, column, c) => sum + (Number.isNaN(column[row]!) ? -1 : column[row]!) * (c + 1), 0) /
      1e6,
  );

/** Features, then `score --new` with a model that gives each row its mark. */
async function score({ bench, config }: DeliveredFleet, version: ModelVersion): Promise<DueWindows> {
  await ensureFeatures(bench, config);
  const request = { resultsTable: 'predictions', onlyNew: true };
  const due = await findDueWindows(bench, config, version, request);
  const select =
    'SELECT *, NULL AS label FROM changed_features SEMI JOIN due_windows USING (machine_id, window_end)';
  const rows = await readFeatureMatrix(bench.engine, select, featureNames(config));
  const { rowCount } = rows.matrix;
  expect(rowCount).toBe(due.new + due.rewritten);
  const probabilities = Float32Array.from({ length: rowCount * CLASSES.length }, (_, i) =>
    i % CLASSES.length === 0 ? markOf(rows.matrix, i / CLASSES.length) : 0,
  );
  const predictions = { label: new Uint8Array(rowCount), probabilities };
  if (rowCount > 0)
    await writeScoredRows(bench, {
      rows,
      predictions,
      version,
      config,
      request,
      scoredAt: SCORED_AT,
      adviser: undefined,
    });
  return due;
}

/** Every row of the version is of present values, every window has such a row of some version, and the newest ones of this one. */
async function expectScored(
  { bench: { engine }, config }: DeliveredFleet,
  { version }: ModelVersion,
): Promise<void> {
  const all = await readFeatureMatrix(engine, 'SELECT *, NULL AS label FROM features', featureNames(config));
  const marks = new Map(
    all.machineIds.map((id, row) => [`${id} ${all.windowEnd[row]}`, markOf(all.matrix, row)]),
  );
  const { columns, rowCount } = await engine.columns('SELECT * FROM predictions', {
    machine_id: 'string',
    window_end: 'timestamp',
    model_version: 'string',
    probability_none: 'float32',
  });
  const keys = columns.machine_id.map((id, row) => `${id} ${columns.window_end[row]}`);
  const isOwn = (row: number) => columns.model_version[row] === version;
  const isPresent = (row: number) => columns.probability_none[row] === marks.get(keys[row]!);
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  expect(rows.filter((row) => isOwn(row) && !isPresent(row)).map((row) => keys[row])).toEqual([]);
  expect(new Set(rows.filter(isPresent).map((row) => keys[row]))).toEqual(new Set(marks.keys()));
  expect(new Set(rows.map((row) => `${keys[row]} ${columns.model_version[row]}`)).size).toBe(rowCount);
  const newest = new Map(
    all.machineIds.map((id) => [
      id,
      Math.max(...all.windowEnd.filter((_, row) => all.machineIds[row] === id)),
    ]),
  );
  const own = new Set(rows.filter(isOwn).map((row) => keys[row]));
  expect([...newest].filter(([id, window]) => !own.has(`${id} ${window}`))).toEqual([]);
}

it('any deliveries leave the features of all rows at once, and predictions of them', async () => {
  const step = fc.record({
    lines: delivery,
    version: fc.constantFrom('1', '1', '2'),
    isScored: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 4 }), async (steps) => {
      const fleet = await deliveredFleet();
      try {
        await fleet.deliver({ machines: ['2,model1,3'], telemetry: [`${at(0)},2,1,2,3,4`] });
        await score(fleet, versionOf('1'));
        for (const { lines, version, isScored } of [...steps, { lines: {}, version: '2', isScored: true }]) {
          await fleet.deliver(lines);
          if (!isScored) continue;
          await score(fleet, versionOf(version));
          await expectWhole(fleet);
          await expectScored(fleet, versionOf(version));
          expect(await score(fleet, versionOf(version))).toMatchObject({ new: 0, rewritten: 0 });
        }
      } finally {
        fleet.close();
      }
    }),
    // Each step is an ingest: to make a counterexample smaller would take minutes.
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);

it('a lake of one file a table, as earlier versions wrote it, is taken over with its next delivery', async () => {
  const fleet = await deliveredFleet();
  onTestFinished(fleet.close);
  const { lake, engine } = fleet.bench;
  const readings = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${at(from + i)},2,${170 + (i % 7)},400,100,40`);
  await fleet.deliver({ machines: ['2,model1,3'], telemetry: readings(0, 400) });
  await score(fleet, versionOf('1'));
  const tables = ['telemetry', 'features', 'predictions', 'scored_inputs'].map((name) => {
    const write = (path: string) => engine.writeParquet(`SELECT * FROM ${name}`, path);
    const computedFrom = name === 'features' ? { computedFrom: 'of an earlier version' } : {};
    return [name, { write, ...computedFrom }] as const;
  });
  await lake.commit({ tables: Object.fromEntries(tables) });
  await lake.attach(engine);
  await fleet.deliver({ telemetry: [...readings(400, 424), `${at(30)},2,99,400,100,40`] });
  expect(await score(fleet, versionOf('1'))).toEqual({ new: 2, rewritten: 3, unchanged: 31 });
  await expectWhole(fleet);
  await expectScored(fleet, versionOf('1'));
  const months = ['2015-01', '2015-02'];
  for (const [name] of tables) expect(Object.keys(lake.manifest.tables[name]!.months!)).toEqual(months);
});
