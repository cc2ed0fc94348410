import { createHash } from 'node:crypto';
import { featureNames, featuresSelect } from 'pm-core/features';
import { expect } from 'vitest';
import { gridAnchor } from '../fleet/feature-tables.ts';
import type { DeliveredFleet } from './delivered-fleet.ts';

/** Keys in order, and a digest of the bits of each feature. */
async function bitsOf({ bench: { engine }, config }: DeliveredFleet, select: string) {
  const names = featureNames(config);
  const kinds = Object.fromEntries(names.map((name) => [name, 'float64' as const]));
  const { columns } = await engine.columns(`SELECT * FROM (${select}) ORDER BY machine_id, window_end`, {
    ...kinds,
    machine_id: 'string',
    window_end: 'timestamp',
  });
  const values: Record<string, unknown> = columns;
  const digest = (name: string) =>
    createHash('sha256')
      .update(new Uint8Array((values[name] as Float64Array).buffer))
      .digest('hex');
  const keys = columns.machine_id.map(
    (id, row) => `${id} ${new Date(columns.window_end[row]!).toISOString()}`,
  );
  return { keys, features: Object.fromEntries(names.map((name) => [name, digest(name)])) };
}

/** The lake's features have the rows and bits of a computation of everything. */
export async function expectWhole(fleet: DeliveredFleet): Promise<void> {
  const whole = featuresSelect(fleet.config, { anchor: gridAnchor(fleet.bench.lake.manifest) });
  expect(await bitsOf(fleet, 'SELECT * FROM features')).toEqual(await bitsOf(fleet, whole));
}
