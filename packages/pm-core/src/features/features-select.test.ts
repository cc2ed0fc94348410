import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb, type TableEngine } from '../engine/index.ts';
import { formatTimestamp } from '../time.ts';
import { featureNames } from './feature-table.ts';
import { featuresSelect } from './features-select.ts';
import { ANCHOR, ANCHOR_MS, arbitraryFleet, HOUR } from './testing/arbitrary-fleet.ts';
import { expectClose, expectSameBits } from './testing/expect-features.ts';
import { type FeatureRow, featuresByDefinition } from './testing/features-by-definition.ts';
import { type Fleet, joinedFleet, loadFleet, reading } from './testing/fleet.ts';
import { readFeatures } from './testing/read-features.ts';

const config = { features: { tumblingWindowHours: 12, lookbackHours: [12, 24, 36], errorLookbackHours: 24 } };
const empty: Fleet = { machines: [], telemetry: [], errors: [], maintenance: [], failures: [] };
const hour = (hours: number): number => ANCHOR_MS + hours * HOUR;
const gridInstant = fc.integer({ min: -3, max: 33 }).map((step) => hour(step * 12));

describe('the feature select', () => {
  let engine: TableEngine;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
  });
  afterAll(() => engine.close());

  const features = async (fleet: Partial<Fleet>, period: { from?: string; to?: string } = {}) => {
    await loadFleet(engine, { ...empty, ...fleet });
    return readFeatures(engine, featuresSelect(config, { anchor: ANCHOR, ...period }), config);
  };

  it('equals its definition to 1e-9 on any fleet', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFleet, async (fleet) => {
        expectClose(await features(fleet), featuresByDefinition(fleet, config, ANCHOR_MS));
      }),
      { numRuns: 25 },
    );
  });

  it('equals its definition with other windows, too', async () => {
    const other = { features: { tumblingWindowHours: 5, lookbackHours: [10, 25], errorLookbackHours: 7 } };
    await fc.assert(
      fc.asyncProperty(arbitraryFleet, async (fleet) => {
        await loadFleet(engine, fleet);
        const rows = await readFeatures(engine, featuresSelect(other, { anchor: ANCHOR }), other);
        expectClose(rows, featuresByDefinition(fleet, other, ANCHOR_MS));
      }),
      { numRuns: 10 },
    );
  });

  it('does not change a bit up to any instant after which everything is changed', async () => {
    const rowsUpTo = async (fleet: Fleet, instant: number) =>
      (await features(fleet)).filter((row) => row.windowEnd <= instant);
    await fc.assert(
      fc.asyncProperty(arbitraryFleet, arbitraryFleet, gridInstant, async (fleet, other, instant) => {
        const changed = await rowsUpTo(joinedFleet(fleet, other, instant), instant);
        expectSameBits(changed, await rowsUpTo(joinedFleet(fleet, fleet, instant), instant));
      }),
      { numRuns: 25 },
    );
  });

  it('gives a part of the period the bits that it has in the whole, both ends included', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFleet, gridInstant, gridInstant, async (fleet, from, to) => {
        const whole = await features(fleet);
        const part = await features(fleet, { from: formatTimestamp(from), to: formatTimestamp(to) });
        expectSameBits(
          part,
          whole.filter(({ windowEnd }) => windowEnd >= from && windowEnd <= to),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('has a row for every grid instant from the first to the last reading, gaps included, and for no other', async () => {
    const instants = [0.5, 1, 60, 72].map(hour);
    const rows = await features({ telemetry: instants.map((at) => reading('7', at, 5)) });
    expect(rows.map((row) => row.windowEnd)).toEqual([12, 24, 36, 48, 60, 72].map(hour));
    expect(at(rows, 12, 'volt_mean_12h')).toBe(5);
    expect(at(rows, 48, 'volt_mean_36h')).toBeNaN();
    expect(at(rows, 48, 'error1_count_24h')).toBe(0);
    expect(await features({ telemetry: [reading('7', hour(1), 5), reading('7', hour(11), 5)] })).toEqual([]);
  });

  it('has a row at the first and at the last reading that lie on the grid, and before the anchor, too', async () => {
    const rows = await features({ telemetry: [reading('7', hour(-24), 5), reading('7', hour(12), 9)] });
    expect(rows.map((row) => row.windowEnd)).toEqual([-24, -12, 0, 12].map(hour));
  });

  it('counts a reading at T in, one at T − lookback out, and one after T out: no rounding to the nearest T', async () => {
    const readings = [0, 12, 13, 24].map((h) => reading('7', hour(h), 1 + h));
    const late = reading('7', hour(24) + 1, 1000);
    const rows = await features({ telemetry: [...readings, late] });
    expect(at(rows, 12, 'volt_mean_12h')).toBe(13);
    expect(at(rows, 24, 'volt_mean_12h')).toBe((14 + 25) / 2);
    expect(at(rows, 24, 'volt_mean_24h')).toBe((13 + 14 + 25) / 3);
  });

  it('takes windows as times, not as numbers of rows: a gap does not stretch them', async () => {
    const rows = await features({ telemetry: [1, 2, 3, 47, 48].map((h) => reading('7', hour(h), h)) });
    expect(at(rows, 48, 'volt_mean_36h')).toBe(47.5);
  });

  it('has no mean without a reading and no deviation of one, and takes a null cell for no reading', async () => {
    const telemetry = [
      { ...reading('7', hour(1), 5), rotate: null },
      { ...reading('7', hour(2), 9), rotate: null, pressure: null },
      { ...reading('7', hour(12), 7), volt: null, rotate: null },
    ];
    const rows = await features({ telemetry });
    const sensor = (name: string) => [at(rows, 12, `${name}_mean_12h`), at(rows, 12, `${name}_std_12h`)];
    expect(sensor('volt')).toEqual([7, Math.sqrt(8)]);
    expect(sensor('rotate')).toEqual([Number.NaN, Number.NaN]);
    expect(at(await features({ telemetry: [reading('7', hour(12), 5)] }), 12, 'volt_std_36h')).toBeNaN();
  });

  it('is exact for constant readings, and never infinite', async () => {
    const readings = (value: number) => range(37).map((h) => reading('7', hour(h), value));
    const rows = await features({ telemetry: readings(123_456_789.1) });
    expect(at(rows, 36, 'volt_mean_36h')).toBe(123_456_789.1);
    expect(at(rows, 36, 'volt_std_36h')).toBe(0);
    const huge = [1e300, 2e300, 3e38, 1].map((value, h) => reading('7', hour(9 + h), value));
    const values = (await features({ telemetry: huge })).flatMap((row) => row.values);
    expect(values.filter((value) => Math.abs(Math.fround(value)) === Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it('knows a replacement at T, none after it, one from before the telemetry, and fractions of a day', async () => {
    const maintenance = [
      { machine_id: '7', replaced_at: hour(-2400), component: 'comp1' },
      { machine_id: '7', replaced_at: hour(12), component: 'comp2' },
      { machine_id: '7', replaced_at: hour(12) + 1, component: 'comp3' },
      { machine_id: '8', replaced_at: hour(0), component: 'comp4' },
    ];
    const rows = await features({
      telemetry: [reading('7', hour(0), 5), reading('7', hour(18), 5)],
      maintenance,
    });
    const days = (hours: number) =>
      [1, 2, 3, 4].map((n) => at(rows, hours, `comp${n}_days_since_replacement`));
    expect(days(0)).toEqual([100, Number.NaN, Number.NaN, Number.NaN]);
    expect(days(12)).toEqual([100.5, 0, Number.NaN, Number.NaN]);
  });

  it('sorts machines as people count and keeps 007 apart from 7', async () => {
    const rows = await features({ telemetry: ['10', '7', '007', '2'].map((id) => reading(id, hour(0), 5)) });
    expect(rows.map((row) => row.machineId)).toEqual(['2', '007', '7', '10']);
  });
});

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

const at = (rows: readonly FeatureRow[], hours: number, name: string): number | undefined =>
  rows.find((row) => row.windowEnd === hour(hours))?.values[featureNames(config).indexOf(name)];
