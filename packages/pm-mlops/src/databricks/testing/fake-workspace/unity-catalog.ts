import { refuse } from './refuse.ts';
import type { FakeState, Routes } from './state.ts';
import { type Fields, textOf } from './wire.ts';

const kinds = { schemas: 'SCHEMA', volumes: 'VOLUME', models: 'ROUTINE_OR_MODEL' } as const;

/** Unity Catalog 2.1: schemas, volumes and registered models. The catalog `main` with its schema `default` is there. */
export const unityCatalogRoutes: Routes = (app, state) => {
  const { securables } = state;
  for (const [kind, word] of Object.entries(kinds)) {
    const route = `/api/2.1/unity-catalog/${kind}`;
    const keyOf = (params: unknown): string => {
      const { name } = params as { name: string };
      const key = `${kind}/${name}`;
      return securables.has(key)
        ? key
        : refuse(
            404,
            kind === 'models' ? 'RESOURCE_DOES_NOT_EXIST' : `${word}_DOES_NOT_EXIST`,
            `'${name}' does not exist.`,
          );
    };
    app.post(route, async (request) => {
      const body = request.body as Fields;
      const above = kind === 'schemas' ? [body.catalog_name] : [body.catalog_name, body.schema_name];
      const parent = `${kind === 'schemas' ? 'catalogs' : 'schemas'}/${above.join('.')}`;
      if (!securables.has(parent)) refuse(404, 'NOT_FOUND', `'${above.join('.')}' does not exist.`);
      const full_name = [...above, textOf(body, 'name')].join('.');
      if (securables.has(`${kind}/${full_name}`))
        refuse(
          400,
          kind === 'models' ? undefined : `${word}_ALREADY_EXISTS`,
          `'${full_name}' already exists.`,
        );
      const made = { ...body, full_name, owner: state.options.userName };
      securables.set(`${kind}/${full_name}`, made);
      return made;
    });
    app.get(`${route}/:name`, async (request) => securables.get(keyOf(request.params)));
    app.delete(`${route}/:name`, async (request) => {
      const key = keyOf(request.params);
      removeSecurable(state, kind, key);
      return '';
    });
  }
};

function removeSecurable({ securables, files }: FakeState, kind: string, key: string): void {
  const name = key.slice(kind.length + 1);
  const isBelow = (other: string) => other.slice(other.indexOf('/') + 1).startsWith(`${name}.`);
  if (kind === 'schemas' && [...securables.keys()].some(isBelow))
    refuse(400, 'BAD_REQUEST', `Schema '${name}' is not empty.`);
  securables.delete(key);
  const folder = `/Volumes/${name.replaceAll('.', '/')}/`;
  if (kind === 'volumes')
    for (const path of [...files.keys()]) if (path.startsWith(folder)) files.delete(path);
}
