import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { faultOf, notFound } from './fault.ts';

const errorOf = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

test('a lock that did not come free is 503, which clients try again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fault-'));
  const file = join(folder, 'locked.db');
  const [holder, waiter] = [new DatabaseSync(file), new DatabaseSync(file, { timeout: 10 })];
  holder.exec('BEGIN IMMEDIATE');
  expect(faultOf(errorOf(() => waiter.exec('BEGIN IMMEDIATE')))).toMatchObject({
    code: 'TEMPORARILY_UNAVAILABLE',
    status: 503,
  });
  holder.close();
  waiter.close();
  rmSync(folder, { recursive: true });
});

test('what a constraint forbids is 400', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE one (id INTEGER PRIMARY KEY); INSERT INTO one VALUES (1)');
  const fault = faultOf(errorOf(() => database.exec('INSERT INTO one VALUES (1)')));
  expect(fault).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
  database.close();
});

test('a fault stays what it is, and anything else is 500', () => {
  const fault = notFound('gone');
  expect(faultOf(fault)).toBe(fault);
  expect(faultOf(new RangeError('off'))).toMatchObject({
    code: 'INTERNAL_ERROR',
    status: 500,
    message: 'off',
  });
});
