import { expect, it, onTestFinished } from 'vitest';
import { at } from '../testing/arbitrary-delivery.ts';
import { deliveredFleet, type Lines } from '../testing/delivered-fleet.ts';
import { expectWhole } from '../testing/expect-features.ts';
import { ensureFeatures } from './feature-tables.ts';

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
