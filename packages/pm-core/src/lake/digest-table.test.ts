import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb, type TableEngine } from '../engine/index.ts';
import { digestTable } from './digest-table.ts';

const KEY = ['id', 'hour'];
const ROWS = "('1', 1, 0.5, 'x'), ('1', 2, NULL, 'y'), ('2', 1, 0.5, NULL)";

describe('the digest of a table', () => {
  let engine: TableEngine;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 1 });
  });
  afterAll(() => engine.close());

  const digest = async (rows: string) => {
    await engine.defineQuery('t', `SELECT * FROM (VALUES ${rows}) AS v(id, hour, volt, note)`);
    return digestTable(engine, 't', KEY);
  };

  it('does not depend on the order of rows', async () => {
    const found = await digest(ROWS);
    expect(found.rows).toBe(3);
    expect(Object.keys(found.columns)).toEqual(['id', 'hour', 'volt', 'note']);
    expect(await digest("('2', 1, 0.5, NULL), ('1', 2, NULL, 'y'), ('1', 1, 0.5, 'x')")).toEqual(found);
  });

  it.each([
    ['another value', "('1', 1, 0.50000000000000011, 'x'), ('1', 2, NULL, 'y'), ('2', 1, 0.5, NULL)"],
    ['a null', "('1', 1, NULL::DOUBLE, 'x'), ('1', 2, NULL, 'y'), ('2', 1, 0.5, NULL)"],
    ['values of two rows exchanged', "('1', 1, NULL, 'x'), ('1', 2, 0.5, 'y'), ('2', 1, 0.5, NULL)"],
  ])('names the column with %s', async (_, rows) => {
    const [was, is] = [await digest(ROWS), await digest(rows)];
    const changed = Object.keys(is.columns).filter((name) => is.columns[name] !== was.columns[name]);
    expect(changed).toEqual(['volt']);
  });
});
