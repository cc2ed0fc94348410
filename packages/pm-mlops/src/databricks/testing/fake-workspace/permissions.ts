import { refuse } from './refuse.ts';
import type { Routes } from './state.ts';
import type { Fields } from './wire.ts';

/** Permissions 2.0. Administrators have their own from above; a job has exactly one owner. */
export const permissionRoutes: Routes = (app, { permissions, jobs }) => {
  const route = '/api/2.0/permissions/:type/:id';
  const keyOf = (params: unknown): string => {
    const { type, id } = params as { type: string; id: string };
    if (type === 'jobs' && jobs.get(id) === undefined)
      refuse(404, 'RESOURCE_DOES_NOT_EXIST', `Job ${id} does not exist.`);
    return `${type}/${id}`;
  };
  const describe = (key: string) => ({
    object_id: `/${key}`,
    object_type: key.slice(0, key.indexOf('/')).replace(/s$/, ''),
    access_control_list: [
      ...(permissions.get(key) ?? []).map(({ permission_level, ...to }) => ({
        ...to,
        all_permissions: [{ permission_level, inherited: false }],
      })),
      { group_name: 'admins', all_permissions: [{ permission_level: 'CAN_MANAGE', inherited: true }] },
    ],
  });
  const replace = (key: string, grants: readonly Fields[]) => {
    const owners = grants.filter(({ permission_level }) => permission_level === 'IS_OWNER');
    if (key.startsWith('jobs/') && owners.length !== 1)
      refuse(400, 'INVALID_PARAMETER_VALUE', 'The job must have exactly one owner.');
    permissions.set(
      key,
      grants.map((grant) => ({ ...grant })),
    );
    return describe(key);
  };
  const given = (body: unknown) => ((body as Fields).access_control_list ?? []) as Fields[];
  app.get(route, async (request) => describe(keyOf(request.params)));
  app.put(route, async (request) => replace(keyOf(request.params), given(request.body)));
  app.patch(route, async (request) => {
    const key = keyOf(request.params);
    return replace(key, [...(permissions.get(key) ?? []), ...given(request.body)]);
  });
};
