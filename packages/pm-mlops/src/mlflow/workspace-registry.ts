import { LosslessResponse } from './lossless-response.ts';
import { hasErrorCode, NO_ENDPOINT } from './mlflow-error.ts';
import type { Transport } from './transport.ts';

/** Calls that a Databricks workspace has under a name of its own, and what it calls the answer. */
const ownCalls: Readonly<Record<string, { readonly path: string; readonly field: string }>> = {
  'GET registered-models/get': { path: 'databricks/registered-models/get', field: 'registered_model' },
  'POST model-versions/transition-stage': {
    path: 'databricks/model-versions/transition-stage',
    field: 'model_version',
  },
};

/**
 * Speaks to the registry of a Databricks workspace: where it has a call under its own name only, that one is made, and
 * answered as MLflow does. Most workspaces have both.
 */
export function workspaceRegistryTransport(send: Transport): Transport {
  const lacking = new Set<string>();
  return async (request) => {
    const { pathname } = new URL(request.url);
    const name = /^\/api\/2\.0\/mlflow\/(.+)$/.exec(pathname)?.[1] ?? '';
    const call = `${request.method} ${name}`;
    const own = ownCalls[call];
    if (own === undefined) return send(request);
    const body = request.body === null ? null : await request.text();
    const { method, headers, signal } = request;
    const sendTo = (path: string) =>
      send(new Request(request.url.replace(name, path), { method, headers, signal, body }));
    if (!lacking.has(call)) {
      try {
        return await sendTo(name);
      } catch (error) {
        if (!hasErrorCode(error, NO_ENDPOINT)) throw error;
        lacking.add(call);
      }
    }
    return inWordsOfMlflow(await sendTo(own.path), own.field);
  };
}

async function inWordsOfMlflow(response: Response, field: string): Promise<Response> {
  const text = (await response.text()).replace(`"${field}_databricks"`, `"${field}"`);
  return new LosslessResponse(text, {
    status: response.status,
    headers: { 'content-type': 'application/json' },
  });
}
