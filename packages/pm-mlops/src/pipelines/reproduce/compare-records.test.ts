import { describe, expect, it } from 'vitest';
import type { TrainingRecord } from '../training/training-record.ts';
import { codeDifferences, dataDifferences, optionDifferences } from './compare-records.ts';

const volt = { rows: 2, columns: { machine_id: '1', volt: '2' } };
const RECORD: TrainingRecord = {
  formatVersion: 1,
  config: {},
  featureTable: 'features',
  gridAnchor: '2015-01-01T06:00:00',
  tables: { telemetry: volt, errors: { rows: 1, columns: { machine_id: '3' } } },
  rows: { training: 'a', validation: null },
  code: { packageVersion: '0.1.0', commit: 'abc' },
  libraries: { duckdb: 'v1', node: 'v24', platform: 'linux-x64' },
  modelDigest: 'd',
};
const NOW = { tables: RECORD.tables, gridAnchor: RECORD.gridAnchor, duckdb: 'v1' };

describe('what differs in the data', () => {
  it('is nothing for equal tables', () => expect(dataDifferences(RECORD, NOW)).toEqual([]));

  it('is a column, a number of rows, a table or the grid', () => {
    const names = (now: Partial<typeof NOW>) =>
      dataDifferences(RECORD, { ...NOW, ...now }).map(({ name, was, is }) => `${name}: ${was}, ${is}`);
    const other = { ...volt, columns: { machine_id: '1', volt: '7' } };
    expect(names({ tables: { ...RECORD.tables, telemetry: other } })).toEqual([
      'telemetry.volt: digest 2, digest 7',
    ]);
    expect(names({ tables: { ...RECORD.tables, telemetry: { ...volt, rows: 3 } } })).toEqual([
      'telemetry: 2 rows, 3 rows',
    ]);
    expect(names({ tables: { telemetry: volt } })).toEqual(['errors: 1 rows, the lake has no such table']);
    expect(names({ gridAnchor: null })).toEqual(['first instant of the grid: 2015-01-01T06:00:00, none']);
  });

  it('is told by numbers of rows alone where another engine made the digests', () => {
    const other = { ...volt, columns: { machine_id: '8', volt: '9' } };
    expect(
      dataDifferences(RECORD, { ...NOW, tables: { ...RECORD.tables, telemetry: other }, duckdb: 'v2' }),
    ).toEqual([]);
  });
});

it('options of a model differ by their paths, seeds apart; what only judges a model does not count', () => {
  const config = { model: { trees: 10, seed: 1 }, features: { lookbackHours: [12, 24] }, gate: { draws: 1 } };
  expect(optionDifferences(config, structuredClone(config))).toEqual([]);
  const now = { model: { trees: 12, seed: 2 }, features: { lookbackHours: [12] }, gate: { draws: 2 } };
  expect(optionDifferences(config, now)).toEqual([
    { kind: 'option', name: 'model.trees', was: '10', is: '12' },
    { kind: 'seed', name: 'model.seed', was: '1', is: '2' },
    { kind: 'option', name: 'features.lookbackHours', was: '12, 24', is: '12' },
  ]);
});

it('code comes before what it computes with', () => {
  const now = {
    code: { packageVersion: '0.2.0', commit: 'abc' },
    libraries: { ...RECORD.libraries, duckdb: 'v2' },
  };
  expect(codeDifferences(RECORD, now).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'code packageVersion',
    'library duckdb',
  ]);
});
