import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.ts';

/**
 * Identity of what a derived table is computed from: the present state of its input tables, the grid anchor and its
 * settings. A table whose `computedFrom` differs from this is stale. Settings are compared by value, keys in any order.
 */
export function lineage(manifest: Manifest, inputs: readonly string[], settings: unknown): string {
  const state = inputs.toSorted().map((name) => [name, manifest.tables[name] ?? null]);
  return createHash('sha256')
    .update(JSON.stringify([manifest.gridAnchor, state, settings], sortKeys))
    .digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
