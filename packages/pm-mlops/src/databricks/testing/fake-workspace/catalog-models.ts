import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmbeddedFetch } from '../../../mlflow/embedded/index.ts';
import { refuse } from './refuse.ts';
import type { FakeState } from './state.ts';
import type { Fields } from './wire.ts';

/** What the catalog keeps of a version beside the store. */
interface Origin {
  readonly source: unknown;
  readonly run_id: unknown;
  isReady: boolean;
}

type Version = Fields & { readonly name: string; readonly version: string };

/**
 * Models of Unity Catalog as MLflow's client asks for them (`/mlflow/unity-catalog/…`, by the protos and UcModelRegistryStore of
 * MLflow 3.17): an embedded store of its own behind it. Names have three parts in a schema that is there; a version is pending
 * until `finalize`; there are no stages; searches leave aliases out and filter by name only.
 */
export function catalogModelRoutes(app: FastifyInstance, state: FakeState, store: EmbeddedFetch): void {
  const base = '/api/2.0/mlflow/unity-catalog';
  const origins = new Map<string, Origin>();

  app.post(`${base}/registered-models/create`, async (request) => {
    const name = `${(request.body as Fields).name}`;
    const parts = name.split('.');
    if (parts.length !== 3)
      refuse(400, 'INVALID_PARAMETER_VALUE', `'${name}' is not of the form catalog.schema.model.`);
    if (!state.securables.has(`schemas/${parts[0]}.${parts[1]}`))
      refuse(404, 'NOT_FOUND', `Schema '${parts[0]}.${parts[1]}' does not exist.`);
    const made = await ask(request);
    state.securables.set(`models/${name}`, { name: parts[2], full_name: name });
    return made;
  });
  app.get(`${base}/registered-models/get`, async (request) => {
    const { name } = request.query as Fields;
    const isKnown = state.securables.has(`models/${name}`);
    const answer = await tell('GET', `registered-models/get?name=${encodeURIComponent(`${name}`)}`);
    // Made by the catalog's own endpoints.
    if (isKnown && !answer.ok) await tell('POST', 'registered-models/create', { name });
    return ask(request);
  });
  app.post(`${base}/model-versions/create`, async (request) => {
    const { source, run_id, model_id: _, ...body } = request.body as Fields;
    const { model_version } = await ask(request, { ...body, source: 's3://catalog/model' });
    const version = model_version as Version;
    origins.set(`${version.name}/${version.version}`, { source, run_id, isReady: false });
    return { model_version: seen(version) };
  });
  app.post(`${base}/model-versions/finalize`, async (request) => {
    const { name, version } = request.body as Fields;
    const origin = origins.get(`${name}/${version}`);
    if (origin === undefined) refuse(404, 'RESOURCE_DOES_NOT_EXIST', `${name} has no version ${version}.`);
    else origin.isReady = true;
    const query = `name=${encodeURIComponent(`${name}`)}&version=${version}`;
    const answer = await (await tell('GET', `model-versions/get?${query}`)).json();
    return { model_version: seen((answer as { model_version: Version }).model_version) };
  });
  app.post(`${base}/model-versions/transition-stage`, async () =>
    refuse(404, 'ENDPOINT_NOT_FOUND', 'No API found for transition-stage.'),
  );
  app.route({
    method: ['GET', 'POST', 'PATCH', 'DELETE'],
    url: `${base}/*`,
    handler: async (request) => {
      const answer = await ask(request);
      const { model_version, model_versions } = answer;
      return {
        ...answer,
        ...(model_version !== undefined && { model_version: seen(model_version as Version) }),
        ...(model_versions !== undefined && {
          model_versions: (model_versions as Version[]).map((one) => ({ ...seen(one), aliases: [] })),
        }),
      };
    },
  });

  /** A version as the catalog shows it. */
  function seen({ current_stage: _, ...version }: Version): Fields {
    const { source, run_id, isReady } = origins.get(`${version.name}/${version.version}`)!;
    return { ...version, source, run_id, status: isReady ? 'READY' : 'PENDING_REGISTRATION' };
  }

  /** The store's answer to the same call. */
  async function ask(request: FastifyRequest, body = request.body): Promise<Fields> {
    const answer = await tell(request.method, request.url.slice(base.length + 1), body);
    const fields = (await answer.json()) as Fields;
    return answer.ok ? fields : refuse(answer.status, `${fields.error_code}`, `${fields.message}`);
  }

  function tell(method: string, path: string, body?: unknown): Promise<Response> {
    const sent = method === 'GET' ? null : JSON.stringify(body ?? {});
    const headers = { 'content-type': 'application/json' };
    return store(`http://embedded.invalid/api/2.0/mlflow/${path}`, { method, body: sent, headers });
  }
}
