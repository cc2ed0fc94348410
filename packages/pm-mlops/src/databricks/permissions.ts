import { UserError } from 'pm-core';
import type { components } from '../generated/databricks.ts';
import { answerOf } from '../mlflow/client.ts';
import type { DatabricksClient } from './client.ts';

export type ObjectType =
  | 'jobs'
  | 'experiments'
  | 'registered-models'
  | 'directories'
  | 'notebooks'
  | 'clusters';

/** A permission given to exactly one user, group or service principal, in the words of a bundle's `permissions`. */
export type Grant = components['schemas']['Grant'];

const route = '/api/2.0/permissions/{object_type}/{object_id}';

/** The permissions given on an object itself, not those that it has from above, sorted by whom they are given to. */
export async function getPermissions(
  { api }: DatabricksClient,
  type: ObjectType,
  id: string,
): Promise<Grant[]> {
  const params = { path: { object_type: type, object_id: id } };
  const { access_control_list = [] } = await answerOf(api.GET(route, { params }));
  return access_control_list.flatMap(directGrants).sort((a, b) => (whose(a) < whose(b) ? -1 : 1));
}

/**
 * Replaces the permissions given on an object itself.
 * @throws UserError `one-owner` where those of a job have not exactly one IS_OWNER, DatabricksError
 */
export async function setPermissions(
  { api }: DatabricksClient,
  { type, id, grants }: { type: ObjectType; id: string; grants: readonly Grant[] },
): Promise<void> {
  const owners = grants.filter(({ permission_level }) => permission_level === 'IS_OWNER');
  if (type === 'jobs' && owners.length !== 1) {
    throw new UserError(
      'one-owner',
      `A job has exactly one owner; ${owners.length} are given for job ${id}.`,
      {
        next: 'Give IS_OWNER to one user or service principal.',
      },
    );
  }
  const params = { path: { object_type: type, object_id: id } };
  await api.PUT(route, { params, body: { access_control_list: [...grants] } });
}

type Entry = NonNullable<components['schemas']['ObjectPermissions']['access_control_list']>[number];

function directGrants({ all_permissions, permission_level, ...entry }: Entry): Grant[] {
  const { user_name, group_name, service_principal_name } = entry;
  const to = {
    ...(user_name !== undefined && { user_name }),
    ...(group_name !== undefined && { group_name }),
    ...(service_principal_name !== undefined && { service_principal_name }),
  };
  const levels =
    all_permissions === undefined
      ? [permission_level]
      : all_permissions.filter(({ inherited }) => inherited !== true).map((one) => one.permission_level);
  return levels.flatMap((level) => (level === undefined ? [] : [{ ...to, permission_level: level }]));
}

const whose = ({ user_name, group_name, service_principal_name, permission_level }: Grant): string =>
  `${user_name ?? ''} ${group_name ?? ''} ${service_principal_name ?? ''} ${permission_level}`;
