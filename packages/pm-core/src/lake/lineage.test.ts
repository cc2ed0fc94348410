import { describe, expect, it } from 'vitest';
import { lineage } from './lineage.ts';
import { EMPTY_MANIFEST } from './manifest.ts';

const table = (file: string) => ({ files: [file], rowCount: 3 });
const manifest = {
  ...EMPTY_MANIFEST,
  generation: 4,
  gridAnchor: '2015-01-01T06:00:00',
  tables: {
    errors: table('errors/errors-000001.parquet'),
    telemetry: table('telemetry/telemetry-000004.parquet'),
  },
};
const inputs = ['telemetry', 'errors'];
const now = lineage(manifest, inputs, { hours: 12, lookback: [12, 24] });

describe('the lineage of a derived table', () => {
  it('does not depend on the order of inputs and of keys, nor on other tables or later commits', () => {
    const later = {
      ...manifest,
      generation: 9,
      tables: { ...manifest.tables, other: table('other/other-000009.parquet') },
    };
    expect(lineage(later, inputs.toReversed(), { lookback: [12, 24], hours: 12 })).toBe(now);
  });

  it.each([
    [
      'an input',
      { ...manifest, tables: { ...manifest.tables, errors: table('errors/errors-000005.parquet') } },
      { hours: 12, lookback: [12, 24] },
    ],
    [
      'an absent input',
      { ...manifest, tables: { telemetry: manifest.tables.telemetry } },
      { hours: 12, lookback: [12, 24] },
    ],
    ['the grid', { ...manifest, gridAnchor: '2015-01-01T07:00:00' }, { hours: 12, lookback: [12, 24] }],
    ['a setting', manifest, { hours: 6, lookback: [12, 24] }],
    ['the order of a list', manifest, { hours: 12, lookback: [24, 12] }],
  ])('changes with %s', (_title, other, settings) => {
    expect(lineage(other, inputs, settings)).not.toBe(now);
  });
});
