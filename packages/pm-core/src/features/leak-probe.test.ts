import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb, type TableEngine } from '../engine/index.ts';
import { featureNames } from './feature-table.ts';
import { type FeaturesSelect, featuresSelect } from './features-select.ts';
import { leakProbe } from './leak-probe.ts';
import { ANCHOR, arbitraryFleet } from './testing/arbitrary-fleet.ts';
import { loadFleet } from './testing/fleet.ts';
import { hourlyFleet } from './testing/hourly-fleet.ts';

const config = { features: { tumblingWindowHours: 12, lookbackHours: [12, 24, 36], errorLookbackHours: 24 } };
const names = featureNames(config);

describe('the leak probe', () => {
  let engine: TableEngine;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
  });
  afterAll(() => engine.close());

  const probe = async (select: FeaturesSelect, seed = 1, rows = 200) =>
    leakProbe({ engine, config, anchor: ANCHOR, rows, seed, select });
  const probePlanted = async (plant: (honest: string) => string) => {
    await loadFleet(engine, hourlyFleet(12, 500));
    const result = await probe((...args) => plant(featuresSelect(...args)));
    expect(result.checkedRows).toBe(12);
    return result;
  };

  it('finds nothing in our features, one row of each machine at most', async () => {
    await loadFleet(engine, hourlyFleet(12, 500));
    expect(await probe(featuresSelect)).toEqual({ checkedRows: 12, leakedRows: 0, leakedColumns: [] });
    expect(await probe(featuresSelect, 2, 5)).toEqual({ checkedRows: 5, leakedRows: 0, leakedColumns: [] });
  });

  it('finds nothing in our features on any fleet', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFleet, fc.nat(), async (fleet, seed) => {
        await loadFleet(engine, fleet);
        expect(await probe(featuresSelect, seed)).toMatchObject({ leakedRows: 0, leakedColumns: [] });
      }),
      { numRuns: 15 },
    );
  });

  it('catches readings rounded to the nearest T instead of to the next, in every row', async () => {
    const rounded = "(SELECT * REPLACE (measured_at - INTERVAL '6' HOUR AS measured_at) FROM telemetry)";
    const result = await probePlanted((sql) =>
      sql.replace('FROM telemetry WHERE', `FROM ${rounded} t WHERE`),
    );
    expect(result).toEqual({ checkedRows: 12, leakedRows: 12, leakedColumns: names.slice(0, 24) });
  });

  it('catches one centred window among honest ones', async () => {
    const centred = `avg(volt_mean_12h) OVER (PARTITION BY machine_id ORDER BY window_end
      ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS volt_mean_12h`;
    const result = await probePlanted((sql) => `SELECT * REPLACE (${centred}) FROM (${sql})`);
    expect(result.leakedColumns).toEqual(['volt_mean_12h']);
    expect(result.leakedRows).toBeGreaterThan(6);
  });

  it('catches a value scaled by what the whole machine will ever measure', async () => {
    const scaled = 'volt_std_12h / max(volt_mean_12h) OVER (PARTITION BY machine_id) AS volt_std_12h';
    const result = await probePlanted((sql) => `SELECT * REPLACE (${scaled}) FROM (${sql})`);
    expect(result.leakedColumns).toEqual(['volt_std_12h']);
  });

  it.each([
    ['errors', 'occurred_at', 'error1_count_24h'],
    ['maintenance', 'replaced_at', 'comp1_days_since_replacement'],
    ['failures', 'failed_at', 'age_years'],
  ])('catches a feature that knows the %s to come', async (table, time, feature) => {
    const ahead = `(SELECT count(*) FROM ${table} WHERE machine_id = f.machine_id AND ${time} > window_end)`;
    const result = await probePlanted((sql) => `SELECT * REPLACE (${ahead} AS ${feature}) FROM (${sql}) f`);
    expect(result.leakedColumns).toEqual([feature]);
    expect(result.leakedRows).toBeGreaterThan(6);
  });

  it('draws the same rows for the same seed and others for another', async () => {
    await loadFleet(engine, hourlyFleet(12, 500));
    const cutoffs = async (seed: number) => {
      await probe(featuresSelect, seed, 6);
      return engine.query('SELECT machine_id, cutoff FROM leak_probe_cutoffs');
    };
    const first = await cutoffs(1);
    expect(await cutoffs(2)).not.toEqual(first);
    expect(await cutoffs(1)).toEqual(first);
  });
});
