import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDuckDb } from '../engine/index.ts';
import { borrowTables } from './borrow-tables.ts';
import { openLake } from './lake.ts';

it('gives a lake of its own, and whatever is done to it leaves the other one as it was', async () => {
  const root = mkdtempSync(join(tmpdir(), 'borrow-'));
  const engine = await openDuckDb({ threads: 1 });
  onTestFinished(() => {
    engine.close();
    rmSync(root, { recursive: true });
  });
  const clock = () => new Date(0);
  const write = (value: number) => ({
    write: (path: string) => engine.writeParquet(`SELECT ${value} AS value`, path),
  });
  const lender = openLake(join(root, 'lender'), { clock });
  using _lender = lender.lock('test');
  await lender.commit({
    tables: { a: write(1), b: write(2), c: write(3) },
    gridAnchor: '2015-01-01T06:00:00',
  });
  const [files, before] = [readdirSync(lender.directory, { recursive: true }).sort(), lender.manifest];

  borrowTables(lender, mkdtempSync(join(root, 'folder')), ['a', 'b', 'absent']);
  const folder = join(root, readdirSync(root).find((name) => name.startsWith('folder'))!);
  const borrower = openLake(folder, { clock });
  using _borrower = borrower.lock('test');
  expect(Object.keys(borrower.manifest.tables)).toEqual(['a', 'b']);
  expect(borrower.manifest.gridAnchor).toBe('2015-01-01T06:00:00');
  await borrower.commit({ tables: { a: write(9), b: null } });
  await borrower.attach(engine);
  expect(await engine.query('SELECT value FROM a')).toEqual([{ value: 9 }]);

  await lender.attach(engine);
  expect(await engine.query('SELECT a.value AS a, b.value AS b FROM a, b')).toEqual([{ a: 1, b: 2 }]);
  expect(readdirSync(lender.directory, { recursive: true }).sort()).toEqual(files);
  expect(lender.manifest).toEqual(before);
});
