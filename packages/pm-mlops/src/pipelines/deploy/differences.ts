import type { Difference } from './change.ts';

/** Lists whose items have a name of their own, and so no order. */
const nameOfItem = ['task_key', 'job_cluster_key', 'environment_key', 'name', 'key'] as const;

/**
 * What `found` lacks of `wanted`: only fields that `wanted` has are looked at, so that defaults filled in by a service are no
 * difference. Items of lists are matched by their key where they have one; such an item that only `found` has is a difference.
 * Nothing and an empty map, list or text are the same, as are a number and its digits (ids).
 */
export function differencesOf(wanted: unknown, found: unknown, field = ''): Difference[] {
  if (isEmpty(wanted) && isEmpty(found)) return [];
  if (isMap(wanted) && isMap(found)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      differencesOf(value, found[key], field === '' ? key : `${field}.${key}`),
    );
  }
  if (Array.isArray(wanted) && Array.isArray(found)) return listDifferences(wanted, found, field);
  const isSame = typeof wanted === 'object' ? sameJson(wanted, found) : `${wanted}` === `${found}`;
  return isSame ? [] : [{ field, from: found, to: wanted }];
}

function listDifferences(wanted: readonly unknown[], found: readonly unknown[], field: string): Difference[] {
  const key = nameOfItem.find((name) => [...wanted, ...found].every((item) => isMap(item) && name in item));
  if (key === undefined) return sameList(wanted, found) ? [] : [{ field, from: found, to: wanted }];
  const keyed = (items: readonly unknown[]) =>
    new Map((items as Record<string, unknown>[]).map((item) => [`${item[key]}`, item]));
  const [mine, theirs] = [keyed(wanted), keyed(found)];
  return [...new Set([...mine.keys(), ...theirs.keys()])].flatMap((name) => {
    const place = `${field}[${name}]`;
    return mine.has(name) && theirs.has(name)
      ? differencesOf(mine.get(name), theirs.get(name), place)
      : [{ field: place, from: theirs.get(name), to: mine.get(name) }];
  });
}

/** Items without a key stand in order. */
const sameList = (wanted: readonly unknown[], found: readonly unknown[]): boolean =>
  wanted.length === found.length &&
  wanted.every((item, index) => differencesOf(item, found[index]).length === 0);

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const sameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
