import { type DatabricksClient, type Grant, getPermissions, setPermissions } from '../../databricks/index.ts';
import type { Difference } from './change.ts';

const inWords = ({ permission_level, ...to }: Grant): string =>
  `${Object.values(to).join('')}: ${permission_level}`;

/** What the permissions of a job lack. Those of the owner stay as they are unless an owner is named. */
export async function permissionDifferences(
  client: DatabricksClient,
  jobId: string,
  wanted: readonly Grant[],
  user: string,
): Promise<Difference[]> {
  if (wanted.length === 0) return [];
  const found = await getPermissions(client, 'jobs', jobId);
  const [from, to] = [found, withOwner(wanted, found, user)].map((grants) => grants.map(inWords).sort());
  return `${from}` === `${to}` ? [] : [{ field: 'permissions', from, to }];
}

/** Gives a job its permissions; none wanted leave it as it is. */
export async function permit(
  client: DatabricksClient,
  jobId: string,
  wanted: readonly Grant[],
  user: string,
): Promise<void> {
  if (wanted.length === 0) return;
  const grants = withOwner(wanted, await getPermissions(client, 'jobs', jobId), user);
  await setPermissions(client, { type: 'jobs', id: jobId, grants });
}

const isOwner = ({ permission_level }: Grant): boolean => permission_level === 'IS_OWNER';

/** A service that tells no owner means whoever creates the job. */
function withOwner(wanted: readonly Grant[], found: readonly Grant[], user: string): Grant[] {
  if (wanted.some(isOwner)) return [...wanted];
  const owners = found.filter(isOwner);
  const us = user.includes('@') ? { user_name: user } : { service_principal_name: user };
  return [...(owners.length > 0 ? owners : [{ ...us, permission_level: 'IS_OWNER' }]), ...wanted];
}
