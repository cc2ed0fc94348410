import { identifier, type TableEngine } from '../engine/index.ts';
import type { FeatureMatrix } from './feature-matrix.ts';

export interface FeatureRows {
  /** Row r's features, rounded to the nearest float32; null is NaN. */
  readonly matrix: FeatureMatrix;
  readonly machineIds: readonly string[];
  /** Milliseconds since 1970-01-01 UTC. */
  readonly windowEnd: Float64Array;
  /** 0 none, 1–4 the component, −1 where the label is null. */
  readonly label: Int32Array;
}

/**
 * Reads a select with machine_id, window_end, label and the named features (rows in its order) into memory:
 * 4 bytes a feature. Where there are no labels, say `SELECT *, NULL AS label FROM features`.
 */
export async function readFeatureMatrix(
  engine: TableEngine,
  select: string,
  featureNames: readonly string[],
): Promise<FeatureRows> {
  const features = Object.fromEntries(featureNames.map((name) => [name, 'float32' as const]));
  const { rowCount, columns } = await engine.columns(
    `SELECT machine_id, window_end, coalesce(label, -1) AS label, ${featureNames.map(identifier).join(', ')}
     FROM (${select})`,
    { ...features, machine_id: 'string', window_end: 'timestamp', label: 'int32' },
  );
  const named: Record<string, unknown> = columns;
  return {
    matrix: {
      featureNames,
      rowCount,
      columns: featureNames.map((name) => named[name] as Float32Array<SharedArrayBuffer>),
    },
    machineIds: columns.machine_id,
    windowEnd: columns.window_end,
    label: columns.label,
  };
}
