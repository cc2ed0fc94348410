import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../engine/index.ts';
import { featuresSelect } from './features-select.ts';
import { expectSameBits } from './testing/expect-features.ts';
import type { FeatureRow } from './testing/features-by-definition.ts';
import { readFeatures } from './testing/read-features.ts';

const config = { features: { tumblingWindowHours: 12, lookbackHours: [12, 24, 36], errorLookbackHours: 24 } };
const ANCHOR = '2015-01-01T06:00:00';

/** 300,000 readings every 20 minutes, more than one thread's share of rows, with noise in every bit. */
const noise = (i: number) => `sin((machine * 7919 + i) * ${1.37 + i})`;
const telemetry = `SELECT CAST(machine AS VARCHAR) AS machine_id, TIMESTAMP '${ANCHOR}' + INTERVAL (20 * i) MINUTE AS measured_at,
  ${['volt', 'rotate', 'pressure', 'vibration'].map((s, n) => `100 + 10 * ${noise(n)} AS ${s}`).join(', ')}
  FROM range(30) machines(machine), range(10000) readings(i)`;
const events = (time: string, kind: string, prefix: string) =>
  `SELECT CAST(n % 30 AS VARCHAR) AS machine_id, TIMESTAMP '${ANCHOR}' + INTERVAL (n * 37) MINUTE AS ${time},
  '${prefix}' || (1 + n % 4) AS ${kind} FROM range(5000) events(n)`;

describe('the bits of the features', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pm-features-'));
  let expected: FeatureRow[];
  beforeAll(async () => {
    const engine = await openDuckDb({ threads: 1 });
    await engine.writeParquet(`${telemetry} ORDER BY machine, i`, join(folder, 'sorted.parquet'));
    await engine.writeParquet(
      `${telemetry} ORDER BY hash(machine * 10000 + i)`,
      join(folder, 'shuffled.parquet'),
    );
    engine.close();
    expected = await computed('sorted', 1);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const computed = async (order: string, threads: number): Promise<FeatureRow[]> => {
    const engine = await openDuckDb({ threads });
    await engine.defineView('telemetry', [join(folder, `${order}.parquet`)]);
    await engine.defineQuery('errors', events('occurred_at', 'error_code', 'error'));
    await engine.defineQuery('maintenance', events('replaced_at', 'component', 'comp'));
    await engine.defineQuery(
      'machines',
      "SELECT machine_id, 'model1' AS model, 5.0 AS age_years FROM telemetry GROUP BY 1",
    );
    const rows = await readFeatures(engine, featuresSelect(config, { anchor: ANCHOR }), config);
    engine.close();
    return rows;
  };

  it('are the same with 2 and with 4 threads as with 1', async () => {
    expect(expected).toHaveLength(30 * 278);
    expectSameBits(await computed('sorted', 2), expected);
    expectSameBits(await computed('sorted', 4), expected);
  });

  it('are the same for telemetry in any order', async () => {
    expectSameBits(await computed('shuffled', 4), expected);
  });
});
