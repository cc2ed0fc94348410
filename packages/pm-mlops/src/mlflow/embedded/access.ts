import { createHash, timingSafeEqual } from 'node:crypto';
import { UserError } from 'pm-core';

/** What a request must know; either one lets it in where both are set. None set: anyone who reaches the server. */
export interface Access {
  /** For MLflow's MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD. */
  readonly basic?: { readonly username: string; readonly password: string };
  /** For MLflow's MLFLOW_TRACKING_TOKEN. */
  readonly token?: string;
}

/**
 * Reads PM_TRACKING_USERNAME with PM_TRACKING_PASSWORD, and PM_TRACKING_TOKEN; '' is unset.
 * @throws UserError `incomplete-credentials`
 */
export function accessFrom(environment: Readonly<Record<string, string | undefined>>): Access {
  const {
    PM_TRACKING_USERNAME: username = '',
    PM_TRACKING_PASSWORD: password = '',
    PM_TRACKING_TOKEN: token = '',
  } = environment;
  if ((username === '') !== (password === '') || username.includes(':')) {
    throw new UserError(
      'incomplete-credentials',
      'PM_TRACKING_USERNAME (without a colon) and PM_TRACKING_PASSWORD must be set together.',
      { next: 'Set both, or neither.' },
    );
  }
  return { ...(username && { basic: { username, password } }), ...(token && { token }) };
}

/** `basic`, `bearer`, both or none, in this order. */
export const schemesOf = ({ basic, token }: Access): string[] => [
  ...(basic === undefined ? [] : ['basic']),
  ...(token === undefined ? [] : ['bearer']),
];

/** Whether an Authorization header is let in; takes as long for a near miss as for any other text. */
export function createGate(access: Access): (authorization: string | undefined) => boolean {
  const { basic, token } = access;
  const accepted = [
    ...(basic === undefined ? [] : [digestOf(`basic ${basic.username}:${basic.password}`)]),
    ...(token === undefined ? [] : [digestOf(`bearer ${token}`)]),
  ];
  return (authorization = '') => {
    if (accepted.length === 0) return true;
    const given = digestOf(credentialsOf(authorization));
    return accepted.map((one) => timingSafeEqual(one, given)).includes(true);
  };
}

/** The value of WWW-Authenticate: with `Basic` browsers ask for a password. */
export const challengeOf = (access: Access): string =>
  schemesOf(access)
    .map((scheme) => `${scheme === 'basic' ? 'Basic' : 'Bearer'} realm="mlflow"`)
    .join(', ');

/** RFC 9110: a scheme in any case, one or more spaces, and what it says; Basic's is base64 of user:password. */
function credentialsOf(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  const name = scheme.toLowerCase();
  return `${name} ${name === 'basic' ? Buffer.from(value, 'base64').toString('utf8') : value}`;
}

/** Of one length, so that the comparison can take one time. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
