import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../../generated/mlflow.ts';

/** Something that answers MLflow's REST API. */
export interface Backend {
  readonly baseUrl: string;
  /** Instead of the network. */
  readonly fetch?: typeof globalThis.fetch;
  /** Value of the header Authorization, where the backend wants one. */
  readonly authorization?: string;
  close(): Promise<void>;
}

export type Schemas = components['schemas'];

export interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
}

export interface RawReply {
  readonly status: number;
  readonly text: string;
}

/** The API as it is on the wire, without our client: no retry, no batching, no mending. */
export interface Wire {
  readonly api: Client<paths>;
  /** Sends a body as it stands, for what the types forbid. */
  raw(method: string, path: string, body?: string | Uint8Array, contentType?: string): Promise<RawReply>;
  /** A name that no other test of this process uses. */
  unique(prefix: string): string;
}

type Answer<Data> = Promise<{ data?: Data; error?: unknown; response: Response }>;

let names = 0;

/** A backend's fetch, with its authorization. */
export function authorizedFetch({
  fetch = globalThis.fetch,
  authorization,
}: Backend): typeof globalThis.fetch {
  if (authorization === undefined) return fetch;
  return (input, init) => {
    const request = new Request(input, init);
    request.headers.set('authorization', authorization);
    return fetch(request);
  };
}

export function openWire(backend: Backend): Wire {
  const { baseUrl } = backend;
  const fetch = authorizedFetch(backend);
  return {
    api: createClient<paths>({ baseUrl, fetch, pathSerializer: keepSlashes }),
    raw: async (method, path, body, contentType = 'application/json') => {
      const headers = body === undefined ? {} : { 'content-type': contentType };
      const init = { method, headers, ...(body === undefined ? {} : { body: body as string }) };
      const response = await fetch(new Request(baseUrl + path, init));
      return { status: response.status, text: await response.text() };
    },
    unique: (prefix) => `${prefix}-${process.pid}-${names++}`,
  };
}

/** What a call answered; fails with the server's own words where it refused. */
export async function ok<Data>(answer: Answer<Data>): Promise<NonNullable<Data>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`);
  return (data ?? {}) as NonNullable<Data>;
}

/** How a call was refused; fails where it was not. */
export async function refused(answer: Answer<unknown>): Promise<Refusal> {
  const { error, response } = await answer;
  if (response.ok) throw new Error(`${response.url} was accepted with ${response.status}`);
  return refusal(response.status, error);
}

/** The same for a raw call. */
export async function refusedRaw(reply: Promise<RawReply>): Promise<Refusal> {
  const { status, text } = await reply;
  if (status < 400) throw new Error(`accepted with ${status}: ${text}`);
  return refusal(status, JSON.parse(text));
}

function refusal(status: number, error: unknown): Refusal {
  const { error_code: code, message } = error as Schemas['Error'];
  return { status, code, message: message ?? '' };
}

function keepSlashes(path: string, parameters: Record<string, unknown>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    `${parameters[name]}`.split('/').map(encodeURIComponent).join('/'),
  );
}

export async function newExperiment({ api, unique }: Wire): Promise<string> {
  const created = await ok(
    api.POST('/api/2.0/mlflow/experiments/create', { body: { name: unique('experiment') } }),
  );
  return created.experiment_id!;
}

/** A run of its own, RUNNING since `start_time`; in a new experiment unless one is given. */
export async function newRun(wire: Wire, body: Schemas['CreateRun'] = {}): Promise<string> {
  const experiment_id = body.experiment_id ?? (await newExperiment(wire));
  const created = await ok(
    wire.api.POST('/api/2.0/mlflow/runs/create', {
      body: { start_time: 1_700_000_000_000, ...body, experiment_id },
    }),
  );
  return created.run!.info!.run_id!;
}

export async function getRun({ api }: Wire, run_id: string): Promise<Schemas['Run']> {
  const got = await ok(api.GET('/api/2.0/mlflow/runs/get', { params: { query: { run_id } } }));
  return got.run!;
}

export async function newModel({ api, unique }: Wire): Promise<string> {
  const name = unique('model');
  await ok(api.POST('/api/2.0/mlflow/registered-models/create', { body: { name } }));
  return name;
}

/** Version of a model whose source lies in the artifacts of a run of its own; the answer's number, a string. */
export async function newVersion(
  wire: Wire,
  name: string,
  body: Partial<Schemas['CreateModelVersion']> = {},
): Promise<string> {
  const run_id = await newRun(wire);
  const source = `${(await getRun(wire, run_id)).info!.artifact_uri}/model`;
  const created = await ok(
    wire.api.POST('/api/2.0/mlflow/model-versions/create', { body: { name, source, run_id, ...body } }),
  );
  return created.model_version!.version!;
}

export async function getVersion(
  { api }: Wire,
  name: string,
  version: string,
): Promise<Schemas['ModelVersion']> {
  const got = await ok(
    api.GET('/api/2.0/mlflow/model-versions/get', { params: { query: { name, version } } }),
  );
  return got.model_version!;
}
