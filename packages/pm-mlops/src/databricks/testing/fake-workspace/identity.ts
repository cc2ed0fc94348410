import type { FastifyRequest } from 'fastify';
import { refuse } from './refuse.ts';
import type { FakeState, Routes } from './state.ts';

const lifeSeconds = 3600;

/** SCIM's Me, and the token endpoint of OAuth client credentials (RFC 6749 §4.4) that a workspace has. */
export const identityRoutes: Routes = (app, state) => {
  app.get('/api/2.0/preview/scim/v2/Me', async () => ({
    id: `${state.nextId()}`,
    userName: state.options.userName,
    displayName: 'Planner',
    active: true,
  }));
  app.post('/oidc/v1/token', async (request, reply) => {
    const { client } = state.options;
    const expected = `Basic ${Buffer.from(`${client?.id}:${client?.secret}`).toString('base64')}`;
    if (client === undefined || request.headers.authorization !== expected) {
      return reply.code(401).send({ error: 'invalid_client' });
    }
    return { access_token: issueToken(state), token_type: 'Bearer', expires_in: lifeSeconds };
  });
};

/** Gives out a token, and takes it from then on. */
function issueToken(state: FakeState): string {
  const token = `oauth-token-${state.issued.length + 1}`;
  state.issued.push(token);
  state.tokens.add(token);
  return token;
}

/** Every endpoint but the token's own wants a bearer token. */
export function checkToken(request: FastifyRequest, state: FakeState): void {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (request.url.startsWith('/oidc/') || (token !== undefined && state.tokens.has(token))) return;
  refuse(401, undefined, 'Credential was not sent or was of an unsupported type for this API.');
}
