import type { Authentication } from './authentication.ts';
import { RestError } from './rest-error.ts';
import type { Transport } from './transport.ts';

/**
 * Sends with the header Authorization. Where the server answers 401 and the authentication then gives another value (a token
 * may be revoked before its time), it is sent once more with that. A file is not: its bytes have gone.
 */
export function authorized(send: Transport, authentication: Authentication): Transport {
  return async (request) => {
    const header = await authentication();
    request.headers.set('authorization', header);
    const again = isFile(request) ? undefined : request.clone();
    try {
      return await send(request);
    } catch (error) {
      if (again === undefined || !(error instanceof RestError && error.status === 401)) throw error;
      const other = await authentication(header);
      if (other === header) throw error;
      again.headers.set('authorization', other);
      return send(again);
    }
  };
}

/** To keep a copy of a streamed body would be to hold the file in memory. */
function isFile({ headers }: Request): boolean {
  return headers.get('content-type') === 'application/octet-stream';
}
