import type { Change, Difference } from './change.ts';

const signs = { create: '+', update: '~', delete: '-' } as const;

/** Changes for people, paths from the root folder on: a line each, with the fields of an update and the times at which a new schedule fires below it. */
export function formatChanges(changes: readonly Change[], rootPath: string): string {
  return changes
    .flatMap(({ action, kind, name, differences, notes }) => [
      `  ${signs[action]} ${action} ${kind} ${shortName(name, rootPath)}`,
      ...differences.map(
        (difference) => `      ${formatDifference(difference).replaceAll(`${rootPath}/`, '')}`,
      ),
      ...notes.map((note) => `      ${note}`),
    ])
    .join('\n');
}

/** As it stands in the root folder. */
export const shortName = (name: string, rootPath: string): string =>
  name.startsWith(`${rootPath}/`) ? name.slice(rootPath.length + 1) : name;

const formatDifference = ({ field, from, to }: Difference): string =>
  `${field}: ${shown(from)} → ${shown(to)}`;

const shown = (value: unknown): string =>
  value === undefined ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value, bigintsAsText);

const bigintsAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

/** Such as `2 to create, 1 to update, 0 to delete, 14 unchanged`. */
export function formatCounts(changes: readonly Change[], unchanged: number, tense: 'to' | 'done'): string {
  const count = (action: Change['action']) => changes.filter((one) => one.action === action).length;
  const word = (action: Change['action']) => (tense === 'to' ? `to ${action}` : `${action}d`);
  const counts = (['create', 'update', 'delete'] as const).map(
    (action) => `${count(action)} ${word(action)}`,
  );
  return [`${changes.length} changes`, ...counts, `${unchanged} unchanged`].join(', ').replace(', ', ': ');
}
