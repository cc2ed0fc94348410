import type { TableEngine } from '../../engine/index.ts';
import { type FeatureConfig, featureNames } from '../feature-table.ts';
import type { FeatureRow } from './features-by-definition.ts';

/** Reads a select of the feature table in doubles, as the twin returns it. */
export async function readFeatures(
  engine: TableEngine,
  select: string,
  config: FeatureConfig,
): Promise<FeatureRow[]> {
  const names = featureNames(config);
  const kinds: Record<string, 'float64'> = Object.fromEntries(names.map((name) => [name, 'float64']));
  const { columns, rowCount } = await engine.columns(select, {
    ...kinds,
    machine_id: 'string',
    window_end: 'timestamp',
  });
  const features = names.map((name) => (columns as unknown as Record<string, Float64Array>)[name]!);
  return Array.from({ length: rowCount }, (_, r) => ({
    machineId: (columns.machine_id as unknown as string[])[r]!,
    windowEnd: (columns.window_end as unknown as Float64Array)[r]!,
    values: features.map((values) => values[r]!),
  }));
}
