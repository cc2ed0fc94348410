import { join } from 'node:path';
import { iniSection } from './ini-file.ts';

/**
 * Gives the value of the header Authorization; asked before every call, so that it may renew a token. `refused` is the value
 * that the server has just answered with 401: who can give another one does, and the call is made once more.
 */
export type Authentication = (refused?: string) => string | Promise<string>;

export function basicAuthentication(username: string, password: string): Authentication {
  const header = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  return () => header;
}

export function bearerAuthentication(token: string): Authentication {
  return () => `Bearer ${token}`;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * MLflow's conventions: MLFLOW_TRACKING_USERNAME and _PASSWORD (or `~/.mlflow/credentials`) are Basic, else
 * MLFLOW_TRACKING_TOKEN is Bearer, else undefined. `homeDirectory` is where the credentials file is looked for.
 */
export function authenticationFrom(
  environment: Environment,
  homeDirectory?: string,
): Authentication | undefined {
  const file = (homeDirectory && iniSection(join(homeDirectory, '.mlflow', 'credentials'), 'mlflow')) || {};
  const username = environment.MLFLOW_TRACKING_USERNAME ?? file.mlflow_tracking_username;
  const password = environment.MLFLOW_TRACKING_PASSWORD ?? file.mlflow_tracking_password;
  if (username !== undefined && password !== undefined) return basicAuthentication(username, password);
  const token = environment.MLFLOW_TRACKING_TOKEN;
  return token === undefined ? undefined : bearerAuthentication(token);
}
