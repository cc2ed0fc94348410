import { refuse } from './refuse.ts';
import type { Routes } from './state.ts';
import { type Fields, textOf } from './wire.ts';

/** Secrets 2.0. Values go in and never come out; a test reads them in the state. */
export const secretRoutes: Routes = (app, { scopes }) => {
  const scopeIn = (fields: Fields) => {
    const name = textOf(fields, 'scope');
    return scopes.get(name) ?? refuse(404, 'RESOURCE_DOES_NOT_EXIST', `Scope ${name} does not exist!`);
  };
  app.post('/api/2.0/secrets/scopes/create', async (request) => {
    const name = textOf(request.body as Fields, 'scope');
    if (scopes.has(name)) refuse(400, 'RESOURCE_ALREADY_EXISTS', `Scope ${name} already exists!`);
    scopes.set(name, new Map());
    return '';
  });
  app.get('/api/2.0/secrets/scopes/list', async () =>
    scopes.size === 0
      ? {}
      : { scopes: [...scopes.keys()].map((name) => ({ name, backend_type: 'DATABRICKS' })) },
  );
  app.post('/api/2.0/secrets/scopes/delete', async (request) => {
    scopeIn(request.body as Fields);
    scopes.delete(textOf(request.body as Fields, 'scope'));
    return '';
  });
  app.post('/api/2.0/secrets/put', async (request) => {
    const body = request.body as Fields;
    scopeIn(body).set(textOf(body, 'key'), textOf(body, 'string_value'));
    return '';
  });
  app.get('/api/2.0/secrets/list', async (request) => {
    const keys = [...scopeIn(request.query as Fields).keys()];
    return keys.length === 0
      ? {}
      : { secrets: keys.map((key) => ({ key, last_updated_timestamp: 1_760_000_000_000 })) };
  });
  app.post('/api/2.0/secrets/delete', async (request) => {
    const body = request.body as Fields;
    const key = textOf(body, 'key');
    if (!scopeIn(body).delete(key)) refuse(404, 'RESOURCE_DOES_NOT_EXIST', `Secret ${key} does not exist!`);
    return '';
  });
};
