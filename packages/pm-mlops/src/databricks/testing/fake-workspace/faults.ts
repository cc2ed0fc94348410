import type { FastifyInstance } from 'fastify';
import type { FakeState } from './state.ts';

/** `reset`: the connection breaks before anything is done. `timeout`: no answer comes. `lost`: done, then the connection breaks. */
export type FaultKind = '429' | '500' | 'reset' | 'timeout' | 'lost';

/** What came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** What became of it. */
  readonly fault: FaultKind | undefined;
  /** Parsed; bytes of files are left out. */
  readonly body?: unknown;
}

export interface Faults {
  readonly requests: readonly SeenRequest[];
  /** Lets the nth request from now on (1 is the next) fail in this way. */
  failRequest(n: number, kind: FaultKind): void;
  /** Forgets the faults still to come and the requests seen. */
  reset(): void;
}

/** Lets requests fail before, or after, they are handled. */
export function addFaults(app: FastifyInstance, { options }: FakeState): Faults {
  const requests: SeenRequest[] = [];
  const planned = new Map<number, FaultKind>();
  const seenOf = new WeakMap<object, SeenRequest>();
  app.addHook('onRequest', async (request, reply) => {
    const fault = planned.get(requests.length);
    const path = decodeURI(new URL(request.url, 'http://fake').pathname);
    const seen: SeenRequest = { method: request.method, path, fault };
    requests.push(seen);
    seenOf.set(request.raw, seen);
    if (fault === '429') {
      await reply
        .code(429)
        .header('retry-after', `${options.retryAfterSeconds}`)
        .send({ error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'Too many requests.' });
    } else if (fault === '500') {
      await reply.code(500).type('text/plain').send('Internal error');
    } else if (fault === 'reset' || fault === 'timeout') {
      reply.hijack();
      if (fault === 'reset') request.raw.socket.destroy();
    } else if (fault === 'lost') {
      lost.add(request.raw);
    }
  });
  app.addHook('preHandler', async ({ raw, body }) => {
    if (!Buffer.isBuffer(body)) Object.assign(seenOf.get(raw)!, { body });
  });
  const lost = new WeakSet();
  app.addHook('onSend', async (request, _, payload) => {
    if (lost.has(request.raw)) request.raw.socket.destroy();
    return payload;
  });
  return {
    requests,
    failRequest: (n, kind) => planned.set(requests.length + n - 1, kind),
    reset: () => {
      requests.length = 0;
      planned.clear();
    },
  };
}
