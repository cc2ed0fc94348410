import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmbeddedFetch } from '../../../mlflow/embedded/index.ts';
import { refuse } from './refuse.ts';
import type { FakeState } from './state.ts';
import type { Fields } from './wire.ts';
import { canonical } from './workspace.ts';

/**
 * MLflow on Databricks: the embedded store, with what differs there. An experiment is a path whose folder must exist; stage
 * transitions and registered models also answer under `databricks/`, with keys of their own. Artifacts are the store's.
 */
export function mlflowRoutes(app: FastifyInstance, state: FakeState, store: EmbeddedFetch): void {
  const base = '/api/2.0/mlflow';
  app.post(`${base}/experiments/create`, async (request, reply) => {
    const name = `${(request.body as Fields).name ?? ''}`;
    if (!name.startsWith('/'))
      refuse(400, 'INVALID_PARAMETER_VALUE', `Got an invalid experiment name '${name}'.`);
    if (state.tree.get(dirname(canonical(name)))?.kind !== 'DIRECTORY')
      refuse(404, 'RESOURCE_DOES_NOT_EXIST', `The parent folder of ${name} does not exist.`);
    return forward(request, reply);
  });
  app.post(`${base}/databricks/model-versions/transition-stage`, async (request, reply) => {
    const answer = await ask(request, `${base}/model-versions/transition-stage`);
    const { model_version: model_version_databricks } = (await answer.json()) as Fields;
    if (!answer.ok) return forward(request, reply, `${base}/model-versions/transition-stage`);
    return { model_version_databricks };
  });
  app.get(`${base}/databricks/registered-models/get`, async (request, reply) => {
    const path = `${base}/registered-models/get${search(request)}`;
    const answer = await ask(request, path);
    if (!answer.ok) return forward(request, reply, path);
    const { registered_model } = (await answer.json()) as { registered_model: Fields };
    const id = createHash('md5').update(`${registered_model.name}`).digest('hex');
    return { registered_model_databricks: { ...registered_model, id, permission_level: 'CAN_MANAGE' } };
  });
  app.delete(`${base}/registered-models/delete`, async (request, reply) => {
    if ((request.query as Fields).name === undefined)
      refuse(404, undefined, 'No model is named in the query.');
    return forward(request, reply);
  });
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: `${base}/registered-models/alias`,
    handler: async ({ method }) =>
      refuse(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} /mlflow/registered-models/alias'`),
  });
  for (const route of [`${base}/*`, '/api/2.0/mlflow-artifacts/*']) {
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: route,
      handler: (q, r) => forward(q, r),
    });
  }

  function ask(request: FastifyRequest, path = request.url): Promise<Response> {
    const { method, body, headers } = request;
    const sent =
      body === undefined || body === null
        ? null
        : Buffer.isBuffer(body)
          ? new Uint8Array(body)
          : JSON.stringify(body);
    const type = headers['content-type'];
    return store(`http://embedded.invalid${path}`, {
      method,
      body: method === 'GET' ? null : sent,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  }

  async function forward(request: FastifyRequest, reply: FastifyReply, path?: string): Promise<FastifyReply> {
    const answer = await ask(request, path);
    const type = answer.headers.get('content-type') ?? 'application/json';
    return reply
      .code(answer.status)
      .type(type)
      .send(Buffer.from(await answer.arrayBuffer()));
  }
}

const search = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '');
