import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { UserError } from 'pm-core';
import { type Access, challengeOf, createGate, schemesOf } from './access.ts';
import { type Answer, type Call, type Handler, plainAnswer } from './call.ts';
import { refusalOf } from './host-check.ts';
import { limitedText } from './limited-text.ts';
import { closeServer, isLoopback, listen, urlOf } from './listening.ts';
import { type EmbeddedStoreOptions, openStore } from './open-store.ts';

export interface TrackingServerOptions extends EmbeddedStoreOptions {
  /** Address to listen on; 127.0.0.1, this machine only, if not given. */
  readonly host?: string;
  /** 0 takes a free one; 5000, as MLflow's, if not given. */
  readonly port?: number;
  /** Names that requests may call this server by, besides loopback and private addresses; `*` is any. */
  readonly allowedHosts?: readonly string[];
  /** What requests must know; only /health is open to all then. */
  readonly access?: Access;
  /** Listens for other machines even though `access` asks for nothing. */
  readonly allowAnonymous?: boolean;
}

export interface TrackingServer {
  /** `http://host:port` */
  readonly url: string;
  /** Finishes the requests that are under way (for 10 s at most), then lets the database go, its write-ahead log merged. */
  close(): Promise<void>;
}

/** A connection on which nothing moves for longer is cut. */
const maxIdleMs = 120_000;
const maxHeadersMs = 15_000;

/**
 * Serves the embedded store over HTTP: a tracking server and model registry for MLflow's own clients.
 * @throws UserError `cannot-listen`, `open-to-anyone`, and those of the store
 */
export async function serveTracking(options: TrackingServerOptions): Promise<TrackingServer> {
  const { host = '127.0.0.1', port = 5000, allowedHosts = [], access = {} } = options;
  if (!isLoopback(host) && schemesOf(access).length === 0 && options.allowAnonymous !== true)
    throw openToAnyone(host);
  const store = openStore(options);
  const isLetIn = createGate(access);
  const server = createServer((request, response) => {
    const call = callOf(request);
    const refusal = hostRefusal(request, call, allowedHosts) ?? accessRefusal(request, call);
    respond(refusal === undefined ? store.handle : async () => refusal, call, response).catch(() =>
      response.destroy(),
    );
  });
  const accessRefusal = ({ headers }: IncomingMessage, { path }: Call): Answer | undefined =>
    path === '/health' || isLetIn(headers.authorization) ? undefined : unauthenticated(access);
  server.requestTimeout = 0; // a large file may take longer than Node's five minutes
  server.headersTimeout = maxHeadersMs;
  server.setTimeout(maxIdleMs);
  try {
    await listen(server, host, port);
  } catch (error) {
    store.close();
    throw error;
  }
  return { url: urlOf(server, host), close: () => closeServer(server).finally(store.close) };
}

function hostRefusal(
  { headers: { host, origin } }: IncomingMessage,
  { method, path }: Call,
  allowedHosts: readonly string[],
): Answer | undefined {
  const refusal = refusalOf({ method, path, host, origin, allowedHosts });
  return refusal === undefined ? undefined : plainAnswer(403, refusal);
}

/** As MLflow's basic-auth app answers. */
function unauthenticated(access: Access): Answer {
  const answer = plainAnswer(
    401,
    'You are not authenticated. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
  );
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challengeOf(access) } };
}

async function respond(handle: Handler, call: Call, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await handle(call);
  response.writeHead(status, { 'x-content-type-options': 'nosniff', ...headers });
  if (typeof body === 'string') response.end(body);
  else await pipeline(body, response);
}

/** HEAD is GET, whose body Node leaves out. */
function callOf(request: IncomingMessage): Call {
  const [path = ''] = (request.url ?? '').split('?', 1);
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method!,
    path,
    query: new URLSearchParams(request.url?.slice(path.length)),
    contentType: request.headers['content-type'] ?? null,
    text: () => limitedText(request),
    bytes: () => request,
  };
}

const openToAnyone = (host: string) =>
  new UserError(
    'open-to-anyone',
    `${host} can be reached from other machines, and nobody would have to log in.`,
    {
      next: 'Set PM_TRACKING_USERNAME and PM_TRACKING_PASSWORD, or PM_TRACKING_TOKEN; --allow-anonymous lets anyone read and write.',
    },
  );
