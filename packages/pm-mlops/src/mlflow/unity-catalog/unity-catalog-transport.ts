import type { MlflowClient } from '../client.ts';
import { LosslessResponse } from '../lossless-response.ts';
import type { Transport } from '../transport.ts';
import { type CatalogCall, catalogCalls, type Fields, versionPath } from './catalog-calls.ts';
import { aliasesOf, moveByAlias, stageIn, withStage } from './catalog-stages.ts';
import { createCatalogVersion } from './create-version.ts';

type Handler = (call: CatalogCall, fields: Fields, client: MlflowClient) => Promise<Fields>;

/** What the catalog answers otherwise than a registry with stages. Everything else is the same call under another path. */
const handlers: Readonly<Record<string, Handler>> = {
  'POST model-versions/create': async (call, fields, client) => ({
    model_version: withStage(await createCatalogVersion(call, client, fields), {}),
  }),
  'POST model-versions/transition-stage': async (call, { name, version, stage }) => {
    const asked = { name: `${name}`, version: `${version}` };
    await moveByAlias(call, { ...asked, stage: stageIn(stage) });
    return oneVersion(call, 'model-versions/get', asked);
  },
  'GET model-versions/get': (call, fields) => oneVersion(call, 'model-versions/get', fields),
  'GET registered-models/alias': (call, fields) => oneVersion(call, 'registered-models/alias', fields),
  'GET model-versions/search': async (call, fields) => {
    const { model_versions = [], ...page } = await call('GET', 'model-versions/search', fields);
    const versions = model_versions as Fields[];
    const names = [...new Set(versions.map(({ name }) => `${name}`))];
    const aliases = new Map(
      await Promise.all(names.map(async (name) => [name, await aliasesOf(call, name)] as const)),
    );
    return {
      ...page,
      model_versions: versions.map((one) => withStage(one, aliases.get(`${one.name}`) ?? {})),
    };
  },
  'GET model-versions/get-download-uri': async (_call, { name, version }) => ({
    artifact_uri: `dbfs:${versionPath(`${name}`, `${version}`)}`,
  }),
};

async function oneVersion(call: CatalogCall, path: string, fields: Fields): Promise<Fields> {
  const model_version = (await call('GET', path, fields)).model_version as Fields;
  return { model_version: withStage(model_version, await aliasesOf(call, `${model_version.name}`)) };
}

/**
 * Sends calls of the model registry to that of Unity Catalog, in the same workspace, and answers as MLflow's own registry does:
 * names have three parts, a stage is an alias (Production is `@champion`, Staging is `@challenger`, Archived a tag).
 * Endpoints and fields are those of MLflow's own client (`UcModelRegistryStore`) and its protos.
 */
export function unityCatalogTransport(send: Transport, client: () => MlflowClient): Transport {
  return async (request) => {
    const { origin, pathname, searchParams } = new URL(request.url);
    const path = /^\/api\/2\.0\/mlflow\/((?:registered-models|model-versions)\/.+)$/.exec(pathname)?.[1];
    if (path === undefined) return send(request);
    const call = catalogCalls(send, origin);
    const text = request.body === null ? '' : await request.text();
    const fields = text === '' ? Object.fromEntries(searchParams) : (JSON.parse(text) as Fields);
    const handle = handlers[`${request.method} ${path}`];
    const answer = handle ? await handle(call, fields, client()) : await call(request.method, path, fields);
    return new LosslessResponse(JSON.stringify(answer), {
      status: 200,
      headers: { 'content-type': 'application/json' },
    });
  };
}
