import type { Transport } from '../transport.ts';

/** A JSON body or query, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

/** A call to the registry of Unity Catalog: what follows `/api/2.0/mlflow/unity-catalog/`, and its query or body. */
export type CatalogCall = (method: string, path: string, fields: Fields) => Promise<Fields>;

/** Calls through `send`, which adds the authentication, at the workspace of `origin`. */
export function catalogCalls(send: Transport, origin: string): CatalogCall {
  return async (method, path, fields) => {
    const url = new URL(`${origin}/api/2.0/mlflow/unity-catalog/${path}`);
    const isQuery = method === 'GET';
    if (isQuery) for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, `${value}`);
    const headers = { 'content-type': 'application/json' };
    const init = isQuery ? { method } : { method, headers, body: JSON.stringify(fields) };
    const text = await (await send(new Request(url, init))).text();
    return text === '' ? {} : (JSON.parse(text) as Fields);
  };
}

/** The path that the Files API knows a version's files by. @param modelName `catalog.schema.name` */
export const versionPath = (modelName: string, version: string): string =>
  `/Models/${modelName.replaceAll('.', '/')}/${version}`;
