import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_LIMITS, type BatchItems, splitBatch } from './batches.ts';

const pair = fc.record({ key: fc.string({ minLength: 1 }), value: fc.string({ maxLength: 50 }) });
const metric = fc.record({
  key: fc.string({ minLength: 1 }),
  value: fc.double(),
  step: fc.nat(),
  timestamp: fc.nat(),
});
const items: fc.Arbitrary<BatchItems> = fc.record({
  metrics: fc.array(metric, { maxLength: 2500, size: 'max' }) as fc.Arbitrary<BatchItems['metrics']>,
  params: fc.array(pair, { maxLength: 250, size: 'max' }),
  tags: fc.array(pair, { maxLength: 250, size: 'max' }),
});

const kinds = ['metrics', 'params', 'tags'] as const;

test('batches hold every item once and in order, each within the limits', () => {
  fc.assert(
    fc.property(items, (given) => {
      const batches = [...splitBatch(given)];
      for (const kind of kinds) expect(batches.flatMap<unknown>((batch) => batch[kind])).toEqual(given[kind]);
      for (const batch of batches) {
        const count = kinds.reduce((sum, kind) => sum + batch[kind].length, 0);
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(BATCH_LIMITS.entities);
        for (const kind of kinds) expect(batch[kind].length).toBeLessThanOrEqual(BATCH_LIMITS[kind]);
      }
    }),
    { numRuns: 20 },
  );
});

test('a batch is under a million bytes, also of wide characters', () => {
  const tags = Array.from({ length: 100 }, (_, n) => ({ key: `k${n}`, value: '漢'.repeat(8000) }));
  const batches = [...splitBatch({ metrics: [], params: [], tags })];
  expect(batches.length).toBeGreaterThan(1);
  for (const batch of batches) {
    expect(Buffer.byteLength(JSON.stringify({ run_id: 'r'.repeat(32), ...batch }))).toBeLessThan(1_000_000);
  }
});

test('nothing makes no batch', () => {
  expect([...splitBatch({ metrics: [], params: [], tags: [] })]).toEqual([]);
});
