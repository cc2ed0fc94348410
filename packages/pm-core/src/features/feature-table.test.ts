import { describe, expect, it } from 'vitest';
import { FleetConfig } from '../config.ts';
import { featureNames, featureTable, labeledFeatureTable } from './feature-table.ts';

const split = { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' };

describe('the feature table', () => {
  const config = FleetConfig.parse({ name: 'test', split });

  it('has the 38 features of the dictionary in their order, all doubles, after the key', () => {
    const windows = (sensor: string) =>
      ['12h', '24h', '36h'].flatMap((h) => [`${sensor}_mean_${h}`, `${sensor}_std_${h}`]);
    expect(featureNames(config)).toEqual([
      ...['volt', 'rotate', 'pressure', 'vibration'].flatMap(windows),
      ...[1, 2, 3, 4, 5].map((n) => `error${n}_count_24h`),
      ...[1, 2, 3, 4].map((n) => `comp${n}_days_since_replacement`),
      'age_years',
      ...[1, 2, 3, 4].map((n) => `model_is_model${n}`),
    ]);
    const { key, columns } = featureTable(config);
    expect(key).toEqual(columns.slice(0, 2).map((column) => column.name));
    expect(new Set(columns.slice(2).map((column) => column.type))).toEqual(new Set(['double']));
  });

  it('has one more column with labels: an int that may be null', () => {
    const { columns } = labeledFeatureTable(config);
    expect(columns).toHaveLength(41);
    expect(columns.at(-1)).toMatchObject({ name: 'label', type: 'int', nullable: true });
  });

  it('says the lookback of a workflow in its names', () => {
    const names = featureNames(
      FleetConfig.parse({ name: 'test', split, features: { lookbackHours: [48], errorLookbackHours: 7 } }),
    );
    expect(names.slice(0, 2)).toEqual(['volt_mean_48h', 'volt_std_48h']);
    expect(names).toContain('error5_count_7h');
  });
});
