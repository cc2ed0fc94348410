import type { Finding } from './fault.ts';
import type { Job } from './job-schema.ts';

const PRINCIPALS = ['user_name', 'service_principal_name', 'group_name'] as const;

/** Faults in whom a job names: nobody or two at once where one is meant, and more than one owner. */
export function principalFindings({ run_as, permissions = [] }: Job): Finding[] {
  const owners = permissions.flatMap(({ level }, index) => (level === 'IS_OWNER' ? [index] : []));
  return [
    ...(run_as === undefined ? [] : oneOf(run_as, ['run_as'])),
    ...permissions.flatMap((permission, index) => oneOf(permission, ['permissions', index])),
    ...owners.slice(1).map((index) => ({
      path: ['permissions', index, 'level'],
      message: 'is a second owner',
      next: 'A job has one owner: give the others CAN_MANAGE.',
    })),
  ];
}

function oneOf(
  fields: Partial<Record<(typeof PRINCIPALS)[number], string | undefined>>,
  path: Finding['path'],
): Finding[] {
  const named = PRINCIPALS.filter((field) => fields[field] !== undefined);
  if (named.length === 1) return [];
  const message = named.length === 0 ? 'names nobody' : `has ${named.join(' and ')}`;
  return [{ path, message, next: `Give one of ${PRINCIPALS.join(', ')}.` }];
}
