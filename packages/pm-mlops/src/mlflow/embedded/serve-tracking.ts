import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { UserError } from 'pm-core';
import { type Call, type Handler, plainAnswer } from './call.ts';
import { invalid } from './fault.ts';
import { refusalOf } from './host-check.ts';
import { type EmbeddedStoreOptions, openStore } from './open-store.ts';

export interface TrackingServerOptions extends EmbeddedStoreOptions {
  /** Address to listen on; 127.0.0.1, this machine only, if not given. There is no authentication. */
  readonly host?: string;
  /** 0 takes a free one; 5000, as MLflow's, if not given. */
  readonly port?: number;
  /** Names that requests may call this server by, besides loopback and private addresses. */
  readonly allowedHosts?: readonly string[];
}

export interface TrackingServer {
  /** `http://host:port` */
  readonly url: string;
  /** Ends open connections, then lets the database go. */
  close(): Promise<void>;
}

/** Far beyond any batch within MLflow's limits; files are not counted. */
const maxJsonBytes = 16 << 20;

/**
 * Serves the embedded store over HTTP: a tracking server and model registry for MLflow's own clients.
 * @throws UserError `cannot-listen`, and those of the store
 */
export async function serveTracking(options: TrackingServerOptions): Promise<TrackingServer> {
  const { host = '127.0.0.1', port = 5000, allowedHosts = [] } = options;
  const store = openStore(options);
  const server = createServer((request, response) => {
    respond(store.handle, allowedHosts, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 0; // a large file may take longer than Node's five minutes
  try {
    await listen(server, host, port);
  } catch (error) {
    store.close();
    throw error;
  }
  return { url: urlOf(server, host), close: () => close(server, store.close) };
}

async function respond(
  handle: Handler,
  allowedHosts: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = callOf(request);
  const { host, origin } = request.headers;
  const refusal = refusalOf({ method: call.method, path: call.path, host, origin, allowedHosts });
  const { status, headers, body } = refusal === undefined ? await handle(call) : plainAnswer(403, refusal);
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

async function limitedText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxJsonBytes) throw invalid(`The request is over ${maxJsonBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new UserError('cannot-listen', `Cannot listen on ${host}:${port}: ${cause.message}.`, {
          next: 'Name another port with --port, or stop the program that has this one.',
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function close(server: Server, closeStore: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      closeStore();
      resolve();
    });
    server.closeAllConnections();
  });
}
