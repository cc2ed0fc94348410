import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FakeState } from './state.ts';

/** Takes away the endpoints of `options.lacks`: services differ in what they have. */
export function lackEndpoints(app: FastifyInstance, state: FakeState): void {
  app.addHook('onRequest', async (request, reply) => {
    const isLacking = state.options.lacks.test(`${request.method} ${request.url}`);
    if (isLacking && !reply.sent) await refuseEndpoint(request, reply, state);
  });
}

/** The answer to who asks for an endpoint that there is not. */
export function refuseEndpoint(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  { options: { lackingAnswer } }: FakeState,
): FastifyReply {
  const message = `No API found for '${method} ${url}'`;
  if (lackingAnswer === 'text') return reply.code(404).type('text/plain').send('404 page not found');
  if (lackingAnswer === 'page') return reply.code(404).type('text/html').send('<h1>Not Found</h1>');
  if (lackingAnswer === 'unimplemented') return reply.code(501).send({ message });
  return reply.code(404).send({ error_code: 'ENDPOINT_NOT_FOUND', message });
}
