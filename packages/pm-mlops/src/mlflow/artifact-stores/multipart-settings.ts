import { UserError } from 'pm-core';
import type { Environment } from '../authentication.ts';

export interface MultipartSettings {
  /** Whether to upload in parts; undefined: as the server says. */
  readonly enabled: boolean | undefined;
  /** A smaller file goes through the server in one piece. */
  readonly minimumBytes: number;
  readonly partBytes: number;
}

/**
 * MLflow's variables for uploads through a server's proxy: MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD,
 * MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE (500 MiB) and MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE (10 MiB).
 * @throws UserError `bad-multipart-setting`
 */
export function multipartSettingsFrom(environment: Environment): MultipartSettings {
  const enabled = environment.MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD || undefined;
  return {
    enabled: enabled === undefined ? undefined : /^(true|1)$/i.test(enabled),
    minimumBytes: bytes(environment, 'MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE', 500 * 1024 ** 2),
    partBytes: bytes(environment, 'MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE', 10 * 1024 ** 2),
  };
}

function bytes(environment: Environment, variable: string, otherwise: number): number {
  const value = environment[variable] || `${otherwise}`;
  if (/^[1-9]\d{0,14}$/.test(value)) return Number(value);
  throw new UserError('bad-multipart-setting', `${variable}=${value} is not a number of bytes.`);
}
