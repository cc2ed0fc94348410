import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanCsvRecords } from './csv-records.ts';
import { stageCsv } from './stage-csv.ts';
import { type IngestBench, ingestBench, SOURCE } from './testing/ingest-bench.ts';

let bench: IngestBench;
const folder = mkdtempSync(join(tmpdir(), 'pm-csv-'));
beforeAll(async () => {
  bench = await ingestBench();
});
afterAll(() => {
  bench.close();
  rmSync(folder, { recursive: true });
});

/** A line of a maintenance file and what must become of it; kept rows are distinct by their hour. */
type Fate = 'kept' | 'rejected' | 'duplicate' | 'blank';
const lineOf = (hour: number): fc.Arbitrary<{ text: string; fate: Fate; lines: number }> =>
  fc.constantFrom<{ text: string; fate: Fate; lines: number }>(
    { text: `2015-01-01 ${String(hour).padStart(2, '0')}:00:00,10,comp1,`, fate: 'kept', lines: 1 },
    {
      text: `"2015-01-01T${String(hour).padStart(2, '0')}:00Z", "007" ,comp2,"a ""b"", c"`,
      fate: 'kept',
      lines: 1,
    },
    {
      text: `2015-01-02 ${String(hour).padStart(2, '0')}:00:00,10,comp1,"two\nlines"`,
      fate: 'kept',
      lines: 2,
    },
    { text: '2014-06-01 06:00:00,10,comp2,again', fate: 'duplicate', lines: 1 },
    { text: '2015-01-01 06:00:00,10,comp7,', fate: 'rejected', lines: 1 },
    { text: '2015-13-01 06:00:00,10,comp1,', fate: 'rejected', lines: 1 },
    { text: '2015-01-01 06:00:00,10', fate: 'rejected', lines: 1 },
    { text: '2015-01-01 06:00:00,10,comp1,"x" y', fate: 'rejected', lines: 1 },
    { text: '2015-01-01 06:00:00,10,comp1,,x', fate: 'rejected', lines: 1 },
    { text: '', fate: 'blank', lines: 1 },
    { text: '  ', fate: 'blank', lines: 1 },
  );

it('every row in is kept, rejected or a known duplicate, and the rejected lines are the bad ones', async () => {
  const file = fc
    .integer({ min: 0, max: 23 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, hour) => lineOf(hour))));
  await fc.assert(
    fc.asyncProperty(file, fc.constantFrom('\n', '\r\n'), async (lines, end) => {
      const all = [{ text: '2014-06-01 06:00:00,10,comp2,', fate: 'kept', lines: 1 }, ...lines];
      const text = ['datetime,machineID,comp,note', ...all.map((line) => line.text)].join(end) + end;
      const report = await bench.ingest(bench.source({ 'PdM_maint.csv': text }), {
        mode: 'replace',
        tables: ['machines', 'maintenance'],
      });
      const count = (fate: string) => all.filter((line) => line.fate === fate).length;
      expect(report.tables.maintenance).toMatchObject({
        rowsIn: all.length - count('blank'),
        new: count('kept'),
        rejected: count('rejected'),
        unchanged: count('duplicate'),
        rowsInLake: count('kept'),
      });
      let at = 2;
      const badLines = all.flatMap((line) => {
        const start = at;
        at += line.lines;
        return line.fate === 'rejected' ? [start] : [];
      });
      expect((await bench.rows('rejected_rows')).map((row) => row.line)).toEqual(badLines);
    }),
    { numRuns: 30 },
  );
});

it('the scan for lines sees the rows that the parser sees, whatever the text', async () => {
  await bench.engine.query("CREATE OR REPLACE TYPE ingest_machine AS ENUM ('1')");
  const piece = fc.constantFrom(
    'a',
    ',',
    ',',
    '"',
    '""',
    '\n',
    '\n',
    '\r\n',
    '\r',
    ' ',
    'é',
    'a,b,c\n',
    '"x",y,z\n',
  );
  const path = join(folder, 'PdM_maint.csv');
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      writeFileSync(path, `datetime,machineID,comp\n${pieces.join('')}`);
      const file = { table: 'maintenance', name: 'PdM_maint.csv', path, format: 'csv' } as const;
      const staged = await stageCsv(bench.engine, file, 'fuzzed', { scratch: () => folder });
      const places = Array.from({ length: staged.stagedRows }, (_, place) => place);
      const found = await staged.find(places, { misshapen: true });
      const counted = [...staged.misshapen.values()].reduce((total, { count }) => total + count, 0);
      expect([found.rows.length, found.misshapen.length]).toEqual([staged.stagedRows, counted]);
      let shapely = 0;
      await scanCsvRecords(path, { delimiter: ',', cellCount: 3 }, ({ fault }) => {
        if (fault === undefined) shapely++;
        return true;
      });
      expect(shapely).toBe(staged.stagedRows);
    }),
    { numRuns: 150 },
  );
});

it('a file that ends in the middle of chunks is scanned as one that does not', async () => {
  const row = `2015-01-01 06:00:00,10,"comp ""1""\n, "\n`;
  const path = join(folder, 'long.csv');
  const count = 60_000;
  writeFileSync(path, `datetime,machineID,comp\n${row.repeat(count)}`);
  let records = 0;
  let lastLine = 0;
  await scanCsvRecords(path, { delimiter: ',', cellCount: 3 }, ({ line, bytes, fault }) => {
    if (fault !== undefined || bytes.toString() !== row.slice(0, -1))
      throw new Error(`line ${line}: ${fault}`);
    records++;
    lastLine = line;
    return true;
  });
  expect([records, lastLine]).toEqual([count, 2 * count]);
});

it('rows of a large file stay in its order: the first of a key is the one that stays', async () => {
  const source = bench.source({ 'PdM_telemetry.csv': null });
  const path = join(source, 'PdM_telemetry.csv');
  await bench.engine.query(
    `COPY (SELECT strftime(TIMESTAMP '2015-01-01' + INTERVAL (range % 150000) MINUTE, '%Y-%m-%dT%H:%M:%S') AS datetime, '10' AS "machineID",
       range + 1 AS volt, 1 AS rotate, 1 AS pressure, 1 AS vibration FROM range(300000)) TO '${path}' (HEADER)`,
  );
  const report = await bench.ingest(source, { mode: 'replace' });
  expect(report.tables.telemetry).toMatchObject({ new: 150_000, rejected: 150_000 });
  await bench.lake.attach(bench.engine);
  const [worst] = await bench.engine.query(
    "SELECT count(*) AS n FROM telemetry WHERE volt <> 1 + epoch(measured_at - TIMESTAMP '2015-01-01') / 60",
  );
  expect(worst!.n).toBe(0);
  const lines = await bench.rows('rejected_rows');
  expect([lines[0]!.line, lines.at(-1)!.line]).toEqual([150_002, 300_001]);
});

it('the time zone of the machine makes no difference', () => {
  const text = `${SOURCE['PdM_telemetry.csv']}2015-03-29 02:30:00,007,1,2,3,4\n2011-12-30 06:00:00Z,007,1,2,3,4\n`;
  const source = bench.source({ 'PdM_telemetry.csv': text }, 'zones');
  const outputs = ['UTC', 'Pacific/Apia', 'Europe/Berlin'].map((zone) => {
    const script = join(import.meta.dirname, 'testing/print-lake.fixture.ts');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [script, source, join(folder, zone.replace('/', '-'))],
      {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    return stdout;
  });
  expect(outputs[0]).toContain('2011-12-30T06:00:00');
  expect(new Set(outputs).size).toBe(1);
});
