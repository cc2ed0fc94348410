import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from 'pm-core';

/** Gives the value of the header Authorization; asked before every call, so that it may renew a token. */
export type Authentication = () => string | Promise<string>;

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
  const file =
    homeDirectory === undefined ? {} : credentialsFile(join(homeDirectory, '.mlflow', 'credentials'));
  const username = environment.MLFLOW_TRACKING_USERNAME ?? file.mlflow_tracking_username;
  const password = environment.MLFLOW_TRACKING_PASSWORD ?? file.mlflow_tracking_password;
  if (username !== undefined && password !== undefined) return basicAuthentication(username, password);
  const token = environment.MLFLOW_TRACKING_TOKEN;
  return token === undefined ? undefined : bearerAuthentication(token);
}

/** The section [mlflow] of an INI file: `key = value` lines. Empty where there is no file. */
function credentialsFile(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UserError('unreadable-credentials', `${path} cannot be read: ${(error as Error).message}`);
  }
  const entries: [string, string][] = [];
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[(.+)\]\s*$/.exec(line);
    const entry = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (header) section = header[1]!;
    else if (entry && section === 'mlflow') entries.push([entry[1]!.toLowerCase(), entry[2]!]);
  }
  return Object.fromEntries(entries);
}
