import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from './duckdb/duckdb-engine.ts';
import { compareNatural, naturalOrder } from './natural-order.ts';
import { literal } from './sql.ts';

describe('the natural order of machine ids', () => {
  let engine: Awaited<ReturnType<typeof openDuckDb>>;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
  });
  afterAll(() => engine.close());

  const sortedBySql = async (ids: readonly string[]): Promise<unknown[]> => {
    const values = ids.map((id) => `(${literal(id)})`).join(', ');
    const rows = await engine.query(`SELECT id FROM (VALUES ${values}) t(id) ORDER BY ${naturalOrder('id')}`);
    return rows.map((row) => row.id);
  };

  it('counts: 2 before 10, M2 before M10, within every run of digits', async () => {
    const expected = ['007', '7', '10', 'M', 'M-1', 'M2', 'M2-a9', 'M2-a10', 'M10', 'Ü1', 'ü1'];
    expect(await sortedBySql([...expected].reverse())).toEqual(expected);
  });

  it('is the same in SQL as in memory, whatever the ids', async () => {
    const id = fc.stringMatching(/^[0-9aB é😀\-'\\]{0,12}$/u);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(id, { minLength: 1, maxLength: 20 }), async (ids) => {
        expect(await sortedBySql(ids)).toEqual([...ids].sort(compareNatural));
      }),
      { numRuns: 50 },
    );
  });
});
