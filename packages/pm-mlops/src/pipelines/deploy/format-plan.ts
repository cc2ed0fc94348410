import type { Change, Difference } from './change.ts';

const signs = { create: '+', update: '~', delete: '-' } as const;

/** Changes for people: a line each, with the fields of an update and the times at which a new schedule fires below it. */
export function formatChanges(changes: readonly Change[]): string {
  return changes
    .flatMap(({ action, kind, name, differences, notes }) => [
      `  ${signs[action]} ${action} ${kind} ${name}`,
      ...differences.map((difference) => `      ${formatDifference(difference)}`),
      ...notes.map((note) => `      ${note}`),
    ])
    .join('\n');
}

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
