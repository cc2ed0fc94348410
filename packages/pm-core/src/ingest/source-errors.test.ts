import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RAW_TABLES } from '../tables.ts';
import { type IngestBench, ingestBench, SOURCE } from './testing/ingest-bench.ts';

let bench: IngestBench;
beforeEach(async () => {
  bench = await ingestBench();
});
afterEach(() => bench.close());

type Files = Record<string, string | Buffer | null>;
const gzip = gzipSync(SOURCE['PdM_maint.csv']!);

describe('a source that cannot be read is refused, with nothing written', () => {
  it.each<[string, Files, RegExp]>([
    [
      'a missing file',
      { 'PdM_failures.csv': null },
      /has no file of the table failures: expected PdM_failures\.csv, .* The folder holds PdM_errors\.csv, /,
    ],
    [
      'a missing column',
      { 'PdM_maint.csv': 'datetime,machineId,comp\n' },
      /^PdM_maint\.csv has no column machineID: found datetime, machineId, comp; expected machineID, datetime, comp\.$/,
    ],
    [
      'a column twice',
      { 'PdM_maint.csv': 'datetime,machineID,comp,comp\n' },
      /has the column comp more than once/,
    ],
    [
      'no header',
      { 'PdM_maint.csv': '2014-06-01 06:00:00,10,comp2\n' },
      /PdM_maint\.csv has no column machineID, datetime, or comp: found 2014/,
    ],
    [
      'an unknown delimiter',
      { 'PdM_maint.csv': 'datetime#machineID#comp\n' },
      /found datetime#machineID#comp/,
    ],
    [
      'an empty file',
      { 'PdM_errors.csv': '' },
      /PdM_errors\.csv is empty: expected at least the line machineID,datetime,errorID/,
    ],
    [
      'telemetry without rows',
      { 'PdM_telemetry.csv': SOURCE['PdM_telemetry.csv']!.split('\n')[0]! },
      /PdM_telemetry\.csv: no row below the header/,
    ],
    [
      'machines without rows',
      { 'PdM_machines.csv': 'machineID,model,age\n' },
      /PdM_machines\.csv: no row below the header/,
    ],
    [
      'UTF-16',
      { 'PdM_maint.csv': Buffer.from('\uFEFFdatetime,machineID,comp\n', 'utf16le') },
      /PdM_maint\.csv is not UTF-8 text/,
    ],
    [
      'lines that end with CR alone',
      { 'PdM_maint.csv': 'datetime,machineID,comp\r2014-06-01,10,comp2\r' },
      /ends its lines with CR alone/,
    ],
    [
      'the same part in two formats',
      { 'PdM_maint.csv.gz': gzip },
      /holds PdM_maint\.csv and PdM_maint\.csv\.gz/,
    ],
    [
      'a gzip file cut short',
      { 'PdM_maint.csv': null, 'PdM_maint.csv.gz': gzip.subarray(0, -12) },
      /PdM_maint\.csv\.gz is no whole gzip file: unexpected end of file/,
    ],
    [
      'a gzip file that is none',
      { 'PdM_maint.csv': null, 'PdM_maint.csv.gz': 'text' },
      /is no whole gzip file: incorrect header check/,
    ],
    [
      'a Parquet file that is none',
      { 'PdM_maint.csv': null, 'PdM_maint.parquet': 'text' },
      /PdM_maint\.parquet cannot be read as Parquet: it does not begin and end as one/,
    ],
    [
      'a Parquet file of noise',
      { 'PdM_maint.csv': null, 'PdM_maint.parquet': `PAR1${'noise'.repeat(99)}PAR1` },
      /PdM_maint\.parquet cannot be read as Parquet/,
    ],
  ])('%s', async (_title, files, message) => {
    const error = await bench.ingest(bench.source(files)).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
      next: expect.any(String),
    });
    expect(bench.lake.manifest.tables).toEqual({});
    using lock = bench.lake.lock('free again');
    expect(lock).toBeDefined();
  });

  it('a Parquet column of a type that cannot be read without a guess', async () => {
    const folder = bench.source({ 'PdM_maint.csv': null });
    const path = join(folder, 'PdM_maint.parquet');
    await bench.engine.writeParquet(
      "SELECT TIMESTAMP '2014-06-01' AS datetime, 10.0::DOUBLE AS \"machineID\", 'comp1' AS comp",
      path,
    );
    await expect(bench.ingest(folder)).rejects.toThrow(
      'PdM_maint.parquet: the column machineID is DOUBLE; a string is expected',
    );
    await bench.engine.writeParquet(
      "SELECT 1401602400 AS datetime, '10' AS \"machineID\", 'comp1' AS comp",
      path,
    );
    await expect(bench.ingest(folder)).rejects.toThrow(
      'the column datetime is INTEGER; a timestamp is expected',
    );
  });

  it('a Parquet file damaged within', async () => {
    const folder = bench.source({ 'PdM_maint.csv': null });
    const path = join(folder, 'PdM_maint.parquet');
    await bench.engine.writeParquet(
      "SELECT TIMESTAMP '2014-06-01' + INTERVAL (range) HOUR AS datetime, '10' AS \"machineID\", 'comp1' AS comp FROM range(9999)",
      path,
    );
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 4, 400));
    await expect(bench.ingest(folder)).rejects.toThrow('PdM_maint.parquet cannot be read as Parquet');
  });

  it('a folder that is not there, or is a file', async () => {
    await expect(bench.ingest('/no/such/folder')).rejects.toThrow('There is no folder /no/such/folder');
    const file = join(bench.source(), 'PdM_maint.csv');
    await expect(bench.ingest(file)).rejects.toThrow('PdM_maint.csv is a file, not a folder');
  });

  it('rows that name machines, where none is known', async () => {
    await expect(bench.ingest(bench.source(), { tables: ['errors'] })).rejects.toThrow('No machine is known');
  });

  it('an interrupted ingest', async () => {
    const source = bench.source();
    await expect(bench.ingest(source, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(bench.lake.manifest.tables).toEqual({});
  });
});

describe('a source at a URL', () => {
  let server: Server;
  let base: string;
  const requests: string[] = [];
  let answer: (path: string) => { status: number; body: string | Buffer };
  beforeEach(async () => {
    requests.length = 0;
    answer = (path) => {
      const file = SOURCE[path.replace('/data/', '')];
      return file === undefined ? { status: 404, body: 'no' } : { status: 200, body: file };
    };
    server = createServer((request, response) => {
      requests.push(request.url!);
      const { status, body } = answer(new URL(request.url!, 'http://local').pathname);
      response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('gives the same lake as the same files in a folder, and asks with the query of the prefix', async () => {
    await bench.ingest(bench.source());
    const expected = await Promise.all(RAW_TABLES.map((table) => bench.rows(table)));
    const report = await bench.ingest(`${base}/data/?token=planted-secret`, { mode: 'replace' });
    expect(await Promise.all(RAW_TABLES.map((table) => bench.rows(table)))).toEqual(expected);
    expect(requests[0]).toBe('/data/PdM_machines.csv?token=planted-secret');
    expect(report.origin).toEqual({ kind: 'source', location: `${base}/data` });
    expect(readFileSync(join(bench.lake.directory, 'lake.json'), 'utf8')).not.toContain('planted-secret');
  });

  it('may be gzipped, found after the plain name', async () => {
    answer = (path) => {
      const file = SOURCE[path.replace('/data/', '').replace('.gz', '')];
      return path.endsWith('.gz') ? { status: 200, body: gzipSync(file!) } : { status: 403, body: '' };
    };
    const report = await bench.ingest(`${base}/data`);
    expect(report.tables.telemetry).toMatchObject({ files: ['PdM_telemetry.csv.gz'], new: 3 });
  });

  it('without a file names what was tried, without the token', async () => {
    await expect(bench.ingest(`${base}/empty?token=planted-secret`)).rejects.toThrow(
      new RegExp(
        `^${base}/empty has no file of the table machines: .* The server answered PdM_machines.csv: 404, PdM_machines.csv.gz: 404, PdM_machines.parquet: 404\\.$`,
      ),
    );
  });

  it('that fails says how', async () => {
    answer = () => ({ status: 500, body: 'broken' });
    await expect(bench.ingest(`${base}/data`)).rejects.toThrow(
      `${base}/data/PdM_machines.csv could not be read: HTTP status 500`,
    );
    await expect(bench.ingest('http://127.0.0.1:1/data')).rejects.toThrow(
      'http://127.0.0.1:1/data/PdM_machines.csv could not be read',
    );
  });

  it('that answers with a page in place of a file shows what came', async () => {
    answer = () => ({ status: 200, body: '<html>Sign in</html>\n' });
    await expect(bench.ingest(`${base}/data`)).rejects.toThrow(
      'PdM_machines.csv has no column machineID, model, or age: found <html>Sign in</html>',
    );
  });
});

it('an origin of another place is refused by both names, appended or put in its place', async () => {
  const first = bench.source();
  const second = bench.source(
    {
      'PdM_machines.csv': 'machineID,model,age\n007,model4,7\n8,model1,1\n',
      'PdM_errors.csv': 'datetime,machineID,errorID\n2014-01-03 07:00:00,8,error1\nbad\n',
    },
    'second',
  );
  await bench.ingest(first);
  await expect(bench.ingest(second)).rejects.toThrow(
    `The lake holds rows of ${first}; these are rows of ${second}.`,
  );

  const appended = await bench.ingest(second, { mode: 'append' });
  expect(appended.tables.machines).toMatchObject({ new: 1, unchanged: 1, rowsInLake: 3 });
  expect((await bench.rows('machines')).map((row) => row.machine_id)).toEqual(['007', '8', '10']);
  expect(await bench.rows('rejected_rows')).toMatchObject([{ source: `${second}/PdM_errors.csv`, line: 3 }]);
  expect((await bench.ingest(second)).changed).toBe(false);

  using lock = bench.lake.lock('test');
  expect(lock).toBeDefined();
  const scores = { write: (path: string) => bench.engine.writeParquet('SELECT 1 AS x', path) };
  await bench.lake.commit({ tables: { predictions: scores } });
  await bench.ingest(second, { mode: 'replace' });
  expect(bench.lake.manifest).toMatchObject({ origin: { location: second }, appended: [] });
  expect(Object.keys(bench.lake.manifest.tables).sort()).toEqual([...RAW_TABLES, 'rejected_rows'].sort());
});

it('simulator arguments are an origin, wherever the files lie', async () => {
  const origin = (machines: number) => ({ kind: 'simulator', arguments: { machines, seed: 42 } }) as const;
  mkdirSync(join(bench.folder, 'elsewhere'));
  await bench.ingest(bench.source(), { origin: origin(2) });
  expect((await bench.ingest(bench.source({}, 'moved'), { origin: origin(2) })).changed).toBe(false);
  await expect(bench.ingest(bench.source(), { origin: origin(3) })).rejects.toThrow(
    'The lake holds rows of the simulator (machines=2, seed=42); these are rows of the simulator (machines=3, seed=42).',
  );
});
