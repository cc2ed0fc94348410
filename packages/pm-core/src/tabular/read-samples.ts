import { type TabularConfig, type TargetRule, targetRule } from '../config.ts';
import { identifier, type TableEngine } from '../engine/index.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';

/** Rows of the table `samples`, in its order. */
export interface Samples {
  /** Features rounded to the nearest float32; null is NaN. */
  readonly matrix: FeatureMatrix;
  readonly sources: readonly string[];
  readonly lines: Int32Array;
  /** 1 where the target rule holds, else 0. */
  readonly label: Int32Array;
}

/** Reads all rows of `samples` into memory and labels them. */
export async function readSamples(engine: TableEngine, config: TabularConfig): Promise<Samples> {
  const { features } = config;
  const rule = targetRule(config);
  const names = ['source', 'line', rule.column, ...features].map(identifier).join(', ');
  const kinds = Object.fromEntries(features.map((name) => [name, 'float32' as const]));
  const { rowCount, columns } = await engine.columns(`SELECT ${names} FROM samples`, {
    ...kinds,
    source: 'string',
    line: 'int32',
    [rule.column]: 'float64',
  });
  const named = columns as Record<string, unknown>;
  const target = named[rule.column] as Float64Array;
  return {
    matrix: {
      featureNames: features,
      rowCount,
      columns: features.map((name) => named[name] as FeatureMatrix['columns'][number]),
    },
    sources: columns.source,
    lines: columns.line,
    label: Int32Array.from(target, (value) => (holds(rule, value) ? 1 : 0)),
  };
}

/** Whether a target's value keeps the rule. */
export function holds({ operator, value: bound }: TargetRule, value: number): boolean {
  if (operator === '>=') return value >= bound;
  if (operator === '>') return value > bound;
  if (operator === '<=') return value <= bound;
  return operator === '<' ? value < bound : value === bound;
}
