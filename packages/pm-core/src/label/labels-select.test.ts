import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb, type TableEngine } from '../engine/index.ts';
import { featuresSelect } from '../features/index.ts';
import { ANCHOR, ANCHOR_MS, arbitraryFleet, HOUR } from '../features/testing/arbitrary-fleet.ts';
import { type Fleet, loadFleet, reading } from '../features/testing/fleet.ts';
import { labelByDefinition } from '../features/testing/labels-by-definition.ts';
import { labelsSelect } from './labels-select.ts';

const features = { tumblingWindowHours: 12, lookbackHours: [12], errorLookbackHours: 24 };
const hour = (hours: number): number => ANCHOR_MS + hours * HOUR;

describe('the label select', () => {
  let engine: TableEngine;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
  });
  afterAll(() => engine.close());

  const labels = async (fleet: Fleet, predictionWindowHours: number) => {
    const config = { features, predictionWindowHours };
    await loadFleet(engine, fleet);
    await engine.defineQuery('features', featuresSelect(config, { anchor: ANCHOR }), { materialized: true });
    const select = `SELECT machine_id, window_end, coalesce(label, -1) AS label FROM (${labelsSelect(config)})`;
    const { columns } = await engine.columns(select, {
      machine_id: 'string',
      window_end: 'timestamp',
      label: 'int32',
    });
    return columns.machine_id.map((machineId, r) => ({
      machineId,
      windowEnd: columns.window_end[r]!,
      label: columns.label[r] === -1 ? null : columns.label[r]!,
    }));
  };
  /** Labels at 0, 12, … of a machine with readings up to an hour; failures as [hour, component number]. */
  const planted = async (lastHour: number, failures: [hours: number, component: number][], window = 168) => {
    const telemetry = [reading('7', hour(0), 5), reading('7', hour(lastHour), 5)];
    const rows = failures.map(([h, c]) => ({ machine_id: '7', failed_at: hour(h), component: `comp${c}` }));
    const empty = { machines: [], errors: [], maintenance: [] };
    return (await labels({ ...empty, telemetry, failures: rows }, window)).map((row) => row.label);
  };

  it.each([24, 84, 168])(
    'equals its definition with a prediction window of %i h on any fleet',
    async (window) => {
      await fc.assert(
        fc.asyncProperty(arbitraryFleet, async (fleet) => {
          const rows = await labels(fleet, window);
          expect(rows).toEqual(rows.map((row) => ({ ...row, label: labelByDefinition(fleet, window, row) })));
        }),
        { numRuns: 15 },
      );
    },
  );

  it('looks 168 h ahead, not 84: a failure at T + window counts, one at T or a second too late does not', async () => {
    expect(await planted(204, [[168, 2]])).toEqual([2, 2, 2, 2, ...Array(14).fill(null)]);
    expect(await planted(204, [[12, 2]])).toEqual([2, 0, 0, 0, ...Array(14).fill(null)]);
    expect(await planted(192, [[168 + 1 / 3600, 2]])).toEqual([0, 2, 2, ...Array(14).fill(null)]);
  });

  it('names the first failure, not the sum of the classes: comp1 then comp3 is comp1', async () => {
    expect(
      await planted(
        60,
        [
          [5, 1],
          [30, 3],
        ],
        36,
      ),
    ).toEqual([1, 3, 3, null, null, null]);
  });

  it('names the lowest component of two that fail at one instant', async () => {
    expect(
      await planted(
        48,
        [
          [20, 4],
          [20, 2],
        ],
        24,
      ),
    ).toEqual([2, 2, 0, null, null]);
  });

  it('is not known where the window outlasts the telemetry of that machine, even if a failure is seen', async () => {
    expect(await planted(47, [[30, 1]], 24)).toEqual([0, 1, null, null]);
    expect(await planted(48, [[30, 1]], 24)).toEqual([0, 1, 1, null, null]);
  });
});
