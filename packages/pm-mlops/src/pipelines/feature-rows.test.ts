import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { featureNames, featuresSelect } from 'pm-core/features';
import { expect, it, onTestFinished } from 'vitest';
import { ensureFeatures, gridAnchor } from './feature-tables.ts';
import { type DeliveredFleet, deliveredFleet, type Lines } from './testing/delivered-fleet.ts';

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

async function expectWhole(fleet: DeliveredFleet): Promise<void> {
  const whole = featuresSelect(fleet.config, { anchor: gridAnchor(fleet.bench.lake.manifest) });
  expect(await bitsOf(fleet, 'SELECT * FROM features')).toEqual(await bitsOf(fleet, whole));
}

const START = Date.UTC(2015, 0, 20);
const at = (hours: number): string => new Date(START + hours * 3_600_000).toISOString().slice(0, 19);

const machine = fc.constantFrom('2', '10', '007', 'M2');
const hour = fc.oneof(
  fc.integer({ min: -30, max: 500 }),
  fc.integer({ min: 0, max: 40 }).map((step) => step * 12),
);
const value = fc.double({ min: 1, max: 500, noNaN: true });
const run = fc
  .record({
    machine,
    from: hour,
    count: fc.integer({ min: 1, max: 60 }),
    every: fc.constantFrom(1, 7),
    value,
  })
  .map(({ machine, from, count, every, value }) =>
    Array.from(
      { length: count },
      (_, i) => `${at(from + i * every)},${machine},${value + (i % 5)},${i % 3 ? 300 : ''},100,${value}`,
    ),
  );
const event = (kind: string) =>
  fc
    .record({ machine, hour, number: fc.integer({ min: 1, max: 4 }) })
    .map(({ machine, hour, number }) => `${at(hour)},${machine},${kind}${number}`);
/** Readings, events and machines in any order: late ones, earlier ones, repeated and corrected ones, and those of machines to come. */
const delivery: fc.Arbitrary<Lines> = fc.record({
  machines: fc
    .uniqueArray(fc.tuple(machine, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 9 })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 3,
    })
    .map((rows) => rows.map(([id, model, age]) => `${id},model${model},${age}`)),
  telemetry: fc.array(run, { minLength: 1, maxLength: 3 }).map((runs) => runs.flat()),
  errors: fc.array(event('error'), { maxLength: 2 }),
  maint: fc.array(event('comp'), { maxLength: 2 }),
  failures: fc.array(event('comp'), { maxLength: 1 }),
});

it('any deliveries leave the bits of all rows computed at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(delivery, fc.boolean()), { minLength: 2, maxLength: 4 }),
      async (deliveries) => {
        const fleet = await deliveredFleet();
        try {
          await fleet.deliver({ machines: ['2,model1,3'], telemetry: [`${at(0)},2,1,2,3,4`] });
          await ensureFeatures(fleet.bench, fleet.config);
          for (const [lines, isComputed] of deliveries) {
            await fleet.deliver(lines);
            if (!isComputed) continue;
            await ensureFeatures(fleet.bench, fleet.config);
            await expectWhole(fleet);
          }
          await ensureFeatures(fleet.bench, fleet.config);
          await expectWhole(fleet);
        } finally {
          fleet.close();
        }
      },
    ),
    { numRuns: 4 },
  );
}, 60_000);

it('computes the rows that raw rows can change, and no other', async () => {
  const fleet = await deliveredFleet();
  onTestFinished(fleet.close);
  const ids = ['1', '2', '3'];
  const readings = (from: number, to: number) =>
    ids.flatMap((id) =>
      Array.from({ length: to - from }, (_, i) => `${at(from + i)},${id},${170 + ((i * 7) % 11)},400,100,40`),
    );
  const computed = async (lines: Lines) => {
    await fleet.deliver(lines);
    const { rowsComputed } = await ensureFeatures(fleet.bench, fleet.config);
    await expectWhole(fleet);
    return rowsComputed;
  };

  // Readings of hours 0 to 479, and a row each 12 h from hour 0 on.
  const whole = { machines: ids.map((id) => `${id},model1,5`), telemetry: readings(0, 480) };
  expect(await computed(whole)).toBe(3 * 40);
  expect(await computed({ telemetry: readings(480, 504) })).toBe(3 * 2);
  expect(await computed({ failures: [`${at(100)},1,comp1`] })).toBe(0);
  // The rows at hours 300, 312, … 492 of one machine.
  expect(await computed({ maint: [`${at(290)},2,comp1`] })).toBe(17);
  expect(await computed({ errors: [`${at(492)},3,error1`], telemetry: [`${at(470)},1,99,400,100,40`] })).toBe(
    1 + 2,
  );
  expect(await computed({ machines: ['3,model2,5'] })).toBe(42);
  expect(await computed({ machines: ['4,model2,5'], telemetry: [`${at(490)},4,1,1,1,1`] })).toBe(0);
  expect(await computed({ telemetry: [`${at(515)},4,1,1,1,1`] })).toBe(2);
  // Silent until hour 700; then an error within that time.
  expect(await computed({ telemetry: [`${at(700)},4,1,1,1,1`] })).toBe(16);
  expect(await computed({ errors: [`${at(600)},4,error1`] })).toBe(9);
});

it('computes all rows where settings changed, or a period was asked for', async () => {
  const fleet = await deliveredFleet();
  onTestFinished(fleet.close);
  const readings = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${at(from + i)},1,${i + 1},400,100,40`);
  await fleet.deliver({ machines: ['1,model1,5'], telemetry: readings(0, 240) });
  await ensureFeatures(fleet.bench, fleet.config);
  await fleet.deliver({ telemetry: readings(240, 264) });
  const other = { ...fleet.config, features: { ...fleet.config.features, errorLookbackHours: 12 } };
  expect(await ensureFeatures(fleet.bench, other)).toMatchObject({ rowCount: 22, rowsComputed: 22 });
  await fleet.deliver({ telemetry: readings(264, 288) });
  const period = { table: 'features', from: at(200) };
  expect(await ensureFeatures(fleet.bench, fleet.config, period)).toMatchObject({
    rowCount: 7,
    rowsComputed: 7,
  });
  await fleet.deliver({ telemetry: readings(288, 300) });
  expect(await ensureFeatures(fleet.bench, fleet.config, period)).toMatchObject({
    rowCount: 8,
    rowsComputed: 8,
  });
  expect(await ensureFeatures(fleet.bench, fleet.config)).toMatchObject({ rowCount: 25, rowsComputed: 25 });
  await expectWhole(fleet);
});
