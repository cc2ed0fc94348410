import { readFileSync } from 'node:fs';
import { UserError } from 'pm-core';
import type { Environment } from './authentication.ts';

/** How a server proves who it is, and we to it. PEM texts. */
export interface TlsSettings {
  /** Takes any certificate: whoever sits in between can read and change everything. */
  readonly insecure?: boolean;
  /** Certificates to trust instead of Node's own: the server's, or its authority's. */
  readonly serverCertificate?: string | undefined;
  /** Our certificate and its private key in one text. */
  readonly clientCertificate?: string | undefined;
}

/**
 * MLflow's conventions: MLFLOW_TRACKING_INSECURE_TLS (`true` or `1`), MLFLOW_TRACKING_SERVER_CERT_PATH and
 * MLFLOW_TRACKING_CLIENT_CERT_PATH; undefined where none of them is set.
 * @throws UserError `tls-setting` where the first two contradict each other or a file cannot be read.
 */
export function tlsSettingsFrom(environment: Environment): TlsSettings | undefined {
  const insecure = /^(true|1)$/i.test(environment.MLFLOW_TRACKING_INSECURE_TLS ?? '');
  const serverCertificate = pem(environment, 'MLFLOW_TRACKING_SERVER_CERT_PATH');
  const clientCertificate = pem(environment, 'MLFLOW_TRACKING_CLIENT_CERT_PATH');
  if (insecure && serverCertificate !== undefined) {
    throw new UserError(
      'tls-setting',
      'MLFLOW_TRACKING_INSECURE_TLS takes any certificate, MLFLOW_TRACKING_SERVER_CERT_PATH only one.',
      { next: 'Unset MLFLOW_TRACKING_INSECURE_TLS.' },
    );
  }
  if (!insecure && serverCertificate === undefined && clientCertificate === undefined) return undefined;
  return { insecure, serverCertificate, clientCertificate };
}

/** Node's fetch with these settings: for `createMlflowClient`'s option `fetch`. */
export function tlsFetch(settings: TlsSettings): typeof fetch {
  let dispatcher: ReturnType<typeof openDispatcher> | undefined;
  return async (input, init) => {
    dispatcher ??= openDispatcher(settings);
    return fetch(input, { ...init, dispatcher: await dispatcher });
  };
}

/** undici is loaded with the first request: a hundred files that most commands have no use for. */
async function openDispatcher({ insecure = false, serverCertificate, clientCertificate }: TlsSettings) {
  const { Agent } = await import('undici');
  const dispatcher = new Agent({
    connect: {
      rejectUnauthorized: !insecure,
      ...(serverCertificate !== undefined && { ca: serverCertificate }),
      ...(clientCertificate !== undefined && { cert: clientCertificate, key: clientCertificate }),
    },
  });
  // One class described twice: by undici and, at another version, by @types/node.
  return dispatcher as unknown as NonNullable<RequestInit['dispatcher']>;
}

function pem(environment: Environment, variable: string): string | undefined {
  const path = environment[variable];
  if (path === undefined || path === '') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError('tls-setting', `${variable} cannot be read: ${(error as Error).message}.`, {
      next: 'Point it at a PEM file.',
    });
  }
}
