import type { Path } from './fault.ts';

/** Lists of a job whose items a target overrides one by one, and the key that tells them apart. The other lists grow. */
const ITEM_KEYS: Readonly<Record<string, string>> = {
  tasks: 'task_key',
  job_clusters: 'job_cluster_key',
  parameters: 'name',
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * A job with what a target says of it, as bundles merge them: maps field by field; tasks, job clusters and parameters item by
 * item, where they have the same key; other lists one after the other; anything else the target's.
 */
export function mergeTarget(base: Fields, override: Fields, isJob = true): Fields {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(override)) {
    merged[name] = mergeValue(base[name], value, isJob ? ITEM_KEYS[name] : undefined);
  }
  return merged;
}

function mergeValue(base: unknown, value: unknown, itemKey: string | undefined): unknown {
  if (isFields(base) && isFields(value)) return mergeTarget(base, value, false);
  if (!Array.isArray(base) || !Array.isArray(value)) return value ?? base;
  return itemKey === undefined ? [...base, ...value] : mergeItems(base, value, itemKey);
}

function mergeItems(base: readonly unknown[], items: readonly unknown[], key: string): unknown[] {
  const merged = [...base];
  for (const item of items) {
    const at = merged.findIndex((other) => isFields(other) && isFields(item) && other[key] === item[key]);
    if (at === -1) merged.push(item);
    else merged[at] = mergeTarget(merged[at] as Fields, item as Fields, false);
  }
  return merged;
}

/**
 * Where a place of a merged job stands in what the target said; undefined where that does not reach it.
 * @param path relative to the job.
 */
export function pathInOverride(path: Path, merged: Fields, override: Fields): Path | undefined {
  const found: (string | number)[] = [];
  let [whole, own]: [unknown, unknown] = [merged, override];
  for (const [depth, step] of path.entries()) {
    const ownStep = Array.isArray(own) ? sameItem(step, whole, own, ITEM_KEYS[path[depth - 1]!]) : step;
    if (ownStep === undefined || !hasStep(own, ownStep)) return undefined;
    found.push(ownStep);
    whole = stepInto(whole, step);
    own = stepInto(own, ownStep);
  }
  return found;
}

function sameItem(
  step: string | number,
  whole: unknown,
  own: readonly unknown[],
  key: string | undefined,
): number | undefined {
  const item = stepInto(whole, step);
  const at = own.findIndex((other) =>
    key === undefined ? other === item : isFields(other) && isFields(item) && other[key] === item[key],
  );
  return at === -1 ? undefined : at;
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const hasStep = (value: unknown, step: string | number): boolean =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, step);

const stepInto = (value: unknown, step: string | number): unknown =>
  hasStep(value, step) ? (value as Record<string | number, unknown>)[step] : undefined;
