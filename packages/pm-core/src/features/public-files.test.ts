import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FleetConfig } from '../config.ts';
import { literal, openDuckDb, type TableEngine } from '../engine/index.ts';
import { labelsSelect } from '../label/index.ts';
import { readLabelCounts, resolveSplit } from '../split/index.ts';
import { DICTIONARY, RAW_TABLES, type RawTable, SOURCE_FILES } from '../tables.ts';
import { timestampMs } from '../time.ts';
import { featureNames } from './feature-table.ts';
import { featuresSelect } from './features-select.ts';
import { leakProbe } from './leak-probe.ts';
import { readFeatureMatrix } from './read-feature-matrix.ts';
import { expectClose } from './testing/expect-features.ts';
import { featuresByDefinition } from './testing/features-by-definition.ts';
import type { Fleet } from './testing/fleet.ts';
import { labelByDefinition } from './testing/labels-by-definition.ts';
import { readFeatures } from './testing/read-features.ts';

const FOLDER = resolve(import.meta.dirname, '../../../../../shared/data/azure-pdm');
const ANCHOR = '2015-01-01T06:00:00';
const config = FleetConfig.parse({
  name: 'test',
  split: { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' },
});

describe.skipIf(!existsSync(FOLDER))('the public files of twelve machines and ninety days', () => {
  let engine: TableEngine;
  let fleet: Fleet;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
    for (const table of RAW_TABLES)
      await engine.defineQuery(table, sourceSelect(table), { materialized: true });
    fleet = await readFleet(engine);
    await engine.defineQuery('features', featuresSelect(config, { anchor: ANCHOR }), { materialized: true });
    await engine.defineQuery('labeled_features', labelsSelect(config), { materialized: true });
  });
  afterAll(() => engine.close());

  it('have the features of the definition to 1e-9', async () => {
    const rows = await readFeatures(engine, 'SELECT * FROM features', config);
    expect(rows).toHaveLength(12 * 180);
    expectClose(rows, featuresByDefinition(fleet, config, timestampMs(ANCHOR)));
  });

  it('have the labels of the definition', async () => {
    const { machineIds, windowEnd, label } = await readFeatureMatrix(
      engine,
      'SELECT * FROM labeled_features',
      featureNames(config),
    );
    const expected = machineIds.map(
      (machineId, r) =>
        labelByDefinition(fleet, config.predictionWindowHours, { machineId, windowEnd: windowEnd[r]! }) ?? -1,
    );
    expect([...label]).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([-1, 0, 1, 2, 3, 4]));
  });

  it('are split by the fallback, with failures on both sides', async () => {
    const split = resolveSplit(config, await readLabelCounts(engine));
    expect(split).toMatchObject({
      trainUntil: '2015-02-23T18:00:00',
      testFrom: '2015-03-02T18:00:00',
      source: 'fallback',
    });
    expect(split.train.failureRows).toBeGreaterThan(0);
    expect(split.test.failureRows).toBeGreaterThan(0);
  });

  it('have no feature that sees the future', async () => {
    const result = await leakProbe({ engine, config, anchor: ANCHOR, rows: 200, seed: 42 });
    expect(result).toEqual({ checkedRows: 12, leakedRows: 0, leakedColumns: [] });
  });
});

function sourceSelect(table: RawTable): string {
  const { stem, columns } = SOURCE_FILES[table];
  const named = DICTIONARY[table].columns.map(({ name, type }, i) =>
    type === 'string' ? `CAST(${columns[i]} AS VARCHAR) AS ${name}` : `${columns[i]} AS ${name}`,
  );
  return `SELECT ${named.join(', ')} FROM read_csv(${literal(`${FOLDER}/${stem}.csv`)})`;
}

async function readFleet(engine: TableEngine): Promise<Fleet> {
  const fleet: Partial<Record<RawTable, unknown>> = {};
  for (const table of RAW_TABLES) {
    const instants = DICTIONARY[table].columns
      .filter(({ type }) => type === 'timestamp')
      .map(({ name }) => `CAST(epoch_ms(${name}) AS DOUBLE) AS ${name}`);
    const columns = instants.length === 0 ? '*' : `* REPLACE (${instants.join(', ')})`;
    fleet[table] = await engine.query(`SELECT ${columns} FROM ${table}`);
  }
  return fleet as Fleet;
}
