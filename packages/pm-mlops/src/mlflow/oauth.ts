import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from 'pm-core';
import { z } from 'zod';
import type { Authentication } from './authentication.ts';
import { errorFromAnswer, errorFromFailure, isNetworkFailure, MlflowError } from './mlflow-error.ts';
import { retrying } from './retry.ts';

export interface OauthOptions {
  /** The token endpoint, `http(s)://…`. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Space-separated, as the authorization server names them. */
  readonly scope?: string;
  /** Id and secret go in the form instead of a header (RFC 6749 §2.3.1 allows both), as Azure's own clients send them. */
  readonly inForm?: boolean;
  /** Instead of the network; the global fetch if not given. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds of a clock that decides when a token is renewed; Date.now if not given. */
  readonly now?: () => number;
  /** Waits before the second try. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** An answer that takes longer counts as none. */
const timeoutMs = 30_000;
/** A token is renewed this long before it ends, or at half its life where that is shorter. */
const marginMs = 60_000;
/** Of a token whose answer does not say; RFC 6749 lets a server leave it out. */
const assumedLifeSeconds = 600;

/**
 * OAuth 2.0 client credentials (RFC 6749 §4.4): a bearer token, asked for at the first call, kept, renewed before it ends or
 * when the server refuses it. Calls at the same time share one request; 429, 5xx and lost connections are tried once more.
 * @throws UserError `oauth-setting` at once; `oauth-refused` and `oauth-unreachable` from the authentication. None shows a secret.
 */
export function oauthAuthentication(options: OauthOptions): Authentication {
  const endpoint = tokenEndpoint(options.tokenUrl);
  const { now = Date.now } = options;
  let token: Token | undefined;
  let asking: Promise<Token> | undefined;
  return async (refused) => {
    if (token && token.header !== refused && now() < token.renewAtMs) return token.header;
    asking ??= requestToken(endpoint, { ...options, now }).finally(() => {
      asking = undefined;
    });
    token = await asking;
    return token.header;
  };
}

interface Token {
  readonly header: string;
  readonly renewAtMs: number;
}

const TokenAnswer = z.object({
  // What may stand in a header: whatever else came would be no token.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().default(assumedLifeSeconds),
});

async function requestToken(endpoint: URL, options: OauthOptions & { now: () => number }): Promise<Token> {
  const { now, sleep = (ms: number) => delay(ms) } = options;
  const policy = { retries: 1, baseDelayMs: 500, maxDelayMs: 10_000 };
  // A token lives from when it was made, which was after this.
  const askedAtMs = now();
  try {
    const text = await retrying({ policy, random: () => 1, sleep }, { repeatable: true }, () =>
      post(endpoint, options),
    );
    const { access_token, expires_in } = TokenAnswer.parse(JSON.parse(text));
    const lifeMs = expires_in * 1000;
    return {
      header: `Bearer ${access_token}`,
      renewAtMs: askedAtMs + lifeMs - Math.min(marginMs, lifeMs / 2),
    };
  } catch (error) {
    throw failure(endpoint, error);
  }
}

async function post(endpoint: URL, options: OauthOptions & { now: () => number }): Promise<string> {
  const { fetch = globalThis.fetch, clientId, clientSecret, scope, inForm, now } = options;
  const call = { method: 'POST', path: endpoint.pathname };
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        ...(!inForm && { authorization: clientHeader(clientId, clientSecret) }),
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(scope !== undefined && { scope }),
        ...(inForm && { client_id: clientId, client_secret: clientSecret }),
      }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const text = await response.text();
    if (response.ok) return text;
    throw errorFromAnswer(call, response, JSON.stringify({ message: refusal(text) }), now());
  } catch (error) {
    throw isNetworkFailure(error) ? errorFromFailure(call, error, timeoutMs) : error;
  }
}

/** RFC 6749 §2.3.1: both are form-encoded before they are joined. */
function clientHeader(clientId: string, clientSecret: string): string {
  const encoded = [clientId, clientSecret].map((text) =>
    new URLSearchParams([['', text]]).toString().slice(1),
  );
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

const refusals =
  /^(invalid_(request|client|grant|scope)|unauthorized_client|unsupported_grant_type|temporarily_unavailable)$/;

/** Only RFC 6749's own words are shown: a server may repeat in others what it was sent. */
function refusal(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' && refusals.test(error) ? error : 'without a known reason';
  } catch {
    return 'without a known reason';
  }
}

function failure(endpoint: URL, error: unknown): UserError {
  const place = endpoint.origin + endpoint.pathname;
  if (!(error instanceof MlflowError)) {
    return new UserError('oauth-refused', `${place} answered without a bearer token.`, {
      next: 'Check that this is the token endpoint of the authorization server.',
    });
  }
  if (error.status === 0 || error.status === 429 || error.status >= 500) {
    return new UserError('oauth-unreachable', `No token from ${place}: ${error.message}.`, {
      next: 'Try again later, or check the address of the token endpoint.',
    });
  }
  return new UserError('oauth-refused', `No token from ${place}: ${error.message}.`, {
    next: 'Check the client id, its secret and the scope.',
  });
}

function tokenEndpoint(tokenUrl: string): URL {
  const url = URL.parse(tokenUrl);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url;
  throw new UserError('oauth-setting', 'tokenUrl is not an http(s) URL without a user in it.');
}
