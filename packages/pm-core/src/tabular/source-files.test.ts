import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OpenSource } from '../ingest/index.ts';
import { sampleFiles } from './source-files.ts';

const FILES = [
  { name: 'north-*.csv', columns: { is_north: 1 } },
  { name: 'south.csv', columns: { is_north: 0 } },
];
const STORED = ['north-10.csv', 'north-9.csv', 'other.csv', 'south.csv'];

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sample-files-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** Opens any URL as a folder of {@link STORED}, each holding its own name. */
const openSource: OpenSource = (location) => ({
  location: location.replace(/\/$/, ''),
  list: async () => STORED,
  fetch: async (name, path) => writeFileSync(path, name),
});

const found = async (source: string, files: typeof FILES = FILES) => {
  const all = await sampleFiles({ files }, { source, scratch, openSource, fetch, signal: undefined });
  return all.map(({ path, name, ...rest }) => ({ name, ...rest, content: readFileSync(path, 'utf8') }));
};

describe('files of a plain table behind a client of their own', () => {
  it('are those of the workflow, in the order of their names', async () => {
    expect(await found('s3://bucket/sites')).toEqual(
      [
        ['north-9.csv', 1],
        ['north-10.csv', 1],
        ['south.csv', 0],
      ].map(([name, isNorth]) => ({
        name,
        content: name,
        location: `s3://bucket/sites/${name}`,
        constants: { is_north: isNorth },
      })),
    );
  });

  it('are one, known to the workflow or not, where the URL ends with .csv', async () => {
    expect(await found('s3://bucket/sites/south.csv')).toMatchObject([
      { location: 's3://bucket/sites/south.csv', content: 'south.csv', constants: { is_north: 0 } },
    ]);
    expect(await found('s3://bucket/other.csv')).toMatchObject([
      { location: 's3://bucket/other.csv', constants: {} },
    ]);
  });

  it('that are missing are told with what is there', async () => {
    await expect(
      found('s3://bucket/sites', [{ name: 'east.csv', columns: { is_north: 0 } }]),
    ).rejects.toThrow(
      's3://bucket/sites has no file east.csv: it holds north-9.csv, north-10.csv, other.csv, south.csv.',
    );
  });
});

it('one CSV file at an http URL is taken alone, with the query of the URL', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.end('rows');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await found(`${base}/data/my%20rows.csv?token=t`)).toEqual([
    { name: 'my rows.csv', location: `${base}/data/my%20rows.csv`, constants: {}, content: 'rows' },
  ]);
  expect(asked).toEqual(['/data/my%20rows.csv?token=t']);
  expect(existsSync(join(scratch, '0-my rows.csv'))).toBe(true);
});
