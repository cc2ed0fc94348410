import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import { RAW_TABLES } from '../tables.ts';
import { type OpenSource, withoutSecrets } from './remote-folder.ts';
import { type IngestBench, ingestBench, SOURCE } from './testing/ingest-bench.ts';

let bench: IngestBench;
let asked: string[];
beforeEach(async () => {
  bench = await ingestBench();
  asked = [];
});
afterEach(() => bench.close());

/** Opens a URL as this folder, and remembers what it was asked. */
const opening =
  (folder: string): OpenSource =>
  (url) => ({
    location: url,
    list: async () => {
      asked.push('list');
      return readdirSync(folder).reverse();
    },
    fetch: async (name, path) => {
      asked.push(name);
      copyFileSync(join(folder, name), path);
    },
  });

const [half, rest] = SOURCE['PdM_telemetry.csv']!.split(/(?<=45\.0876857639276\n)/) as [string, string];
const parts = {
  'PdM_telemetry.csv': null,
  'PdM_telemetry-1.csv': half,
  'PdM_telemetry-2.csv.gz': gzipSync(`${half.split('\n')[0]}\n${rest}`),
  'report.pdf': 'not ours',
};

describe('a source that a client of its own reads', () => {
  it('gives the lake of a folder of the same files, of which it fetches its own', async () => {
    await bench.ingest(bench.source());
    const expected = await Promise.all(RAW_TABLES.map((table) => bench.rows(table)));
    const openSource = opening(bench.source(parts));
    const report = await bench.ingest('s3://bucket/raw', { mode: 'replace', openSource });
    expect(await Promise.all(RAW_TABLES.map((table) => bench.rows(table)))).toEqual(expected);
    expect(report.origin).toEqual({ kind: 'source', location: 's3://bucket/raw' });
    expect(report.tables.telemetry!.files).toEqual(['PdM_telemetry-1.csv', 'PdM_telemetry-2.csv.gz']);
    expect(asked.filter((name) => name !== 'list').sort()).toEqual(
      readdirSync(join(bench.folder, 'source'))
        .filter((name) => name.startsWith('PdM_'))
        .sort(),
    );
  });

  it('that lacks a file names the URL and what it holds', async () => {
    const openSource = opening(bench.source({ 'PdM_maint.csv': null }));
    await expect(bench.ingest('s3://bucket/raw', { openSource })).rejects.toThrow(
      /^s3:\/\/bucket\/raw has no file of the table maintenance: .* The folder holds PdM_telemetry\.csv, /,
    );
  });

  it('that breaks off writes nothing', async () => {
    const open = opening(bench.source());
    const openSource: OpenSource = (url) => ({
      ...open(url),
      fetch: async (name, path) => {
        if (name === 'PdM_failures.csv') throw new UserError('download-failed', 'It broke off.');
        return open(url).fetch(name, path);
      },
    });
    await expect(bench.ingest('s3://bucket/raw', { openSource })).rejects.toThrow('It broke off.');
    expect(bench.lake.manifest.tables).toEqual({});
  });

  it('is refused where no client is given, without its password', async () => {
    await expect(bench.ingest('s3://key:planted@bucket/raw?sig=planted')).rejects.toMatchObject({
      code: 'unsupported-source',
      message: 's3://bucket/raw is neither a folder nor an http(s) URL.',
    });
  });

  it('whose origin is derived is recorded without secrets', async () => {
    const openSource = opening(bench.source());
    await bench.ingest('s3://key:pl/an@planted@bucket/raw/?sig=planted', { openSource });
    const manifest = readFileSync(join(bench.lake.directory, 'lake.json'), 'utf8');
    expect(manifest).toContain('"s3://bucket/raw"');
    expect(manifest).not.toMatch(/key:|planted/);
  });
});

it.each([
  ['s3://bucket', 's3://bucket'],
  ['s3://bucket/a@b:c/', 's3://bucket/a@b:c'],
  ['abfss://raw@plant.dfs.core.windows.net/x//?sig=s#f', 'abfss://raw@plant.dfs.core.windows.net/x'],
  ['https://me:secret@example.com/data/?token=t', 'https://example.com/data'],
])('%s is shown as %s', (url, shown) => {
  expect(withoutSecrets(url)).toBe(shown);
});
