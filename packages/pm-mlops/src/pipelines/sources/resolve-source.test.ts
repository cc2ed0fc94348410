import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveSource } from './resolve-source.ts';

const lake = 'abfss://raw@plant.dfs.core.windows.net';

describe('a source', () => {
  it.each([
    ['data', '/home/me/data'],
    ['../data/', '/home/data'],
    ['/Volumes/main/pm/raw/fleet', '/Volumes/main/pm/raw/fleet'],
    ['https://example.com/data/?token=t', 'https://example.com/data/?token=t'],
    ['s3://bucket', 's3://bucket'],
    ['s3://bucket/', 's3://bucket'],
    ['s3://bucket/raw/2026//', 's3://bucket/raw/2026'],
    ['s3a://bucket/raw data/ä', 's3://bucket/raw data/ä'],
    [`${lake}/fleet/`, `${lake}/fleet`],
    [`${lake}`, lake],
    ['wasbs://raw@plant.blob.core.windows.net/fleet', 'wasbs://raw@plant.blob.core.windows.net/fleet'],
  ])('%s is %s', (source, resolved) => {
    expect(resolveSource(source, '/home/me')).toBe(resolved);
  });

  it.each([
    ['s3://', 'bad-source'],
    ['s3:///raw', 'bad-source'],
    ['s3://key@bucket/raw', 'bad-source'],
    ['s3://bucket:9000/raw', 'bad-source'],
    ['abfss://plant.dfs.core.windows.net/raw', 'bad-source'],
    ['abfss://raw@plant.example.com/fleet', 'bad-source'],
    ['wasbs://raw@plant.dfs.core.windows.net/fleet', 'bad-source'],
    ['gs://bucket/raw', 'unsupported-source'],
    ['abfs://raw@plant.dfs.core.windows.net/fleet', 'unsupported-source'],
  ])('%s is refused with the forms there are: %s', (source, code) => {
    expect(() => resolveSource(source, '/')).toThrow(
      expect.objectContaining({ code, next: expect.stringContaining('abfss://CONTAINER@ACCOUNT') }),
    );
  });

  it.each([
    's3://AKIA:planted@bucket/raw',
    's3://AKIA:pl/planted@bucket/raw',
    's3a://bucket/raw?X-Amz-Signature=planted',
    `${lake}/fleet?sv=2024&sig=planted`,
    'abfss://raw:planted@plant.dfs.core.windows.net/fleet',
    's3://bucket/raw#planted',
  ])('%s: a secret in it is refused and not shown', (source) => {
    let failure: unknown;
    try {
      resolveSource(source, '/');
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'secret-in-source', next: expect.stringContaining('environment') });
    expect(inspect(failure, { depth: 9 })).not.toContain('planted');
  });
});
