import { dirname, join } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { type ProcessServer, startProcessServer } from './process-server.ts';

/** What MLflow users set for a server that resembles S3. Moto takes any key. */
export function s3Environment({ baseUrl }: ProcessServer): Record<string, string> {
  return {
    MLFLOW_S3_ENDPOINT_URL: baseUrl,
    AWS_ACCESS_KEY_ID: 'access-key',
    AWS_SECRET_ACCESS_KEY: 'secret-key',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}

/** An S3 server (moto) on a free loopback port, with an empty bucket. @throws Error where there is no Python. */
export async function startS3Server(bucket: string): Promise<ProcessServer> {
  const python = s3Python();
  if (python === undefined) throw new Error('an S3 server needs Python 3.11 or newer');
  const server = await startProcessServer(join(dirname(python), 'moto_server'), [
    '-H',
    '127.0.0.1',
    '-p',
    '0',
  ]);
  const made = await fetch(`${server.baseUrl}/${bucket}`, { method: 'PUT' });
  if (!made.ok) throw new Error(`the bucket was not made: ${await made.text()}`);
  return server;
}

/** Path of a Python with moto and boto3; undefined where there is none. */
export function s3Python(): string | undefined {
  return pythonFor('requirements-s3.txt');
}
