import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { UserError } from 'pm-core';
import { z } from 'zod';
import type { Environment } from '../authentication.ts';

export interface S3Settings {
  readonly client: S3ClientConfig;
  /** Parameters of every upload, such as `ServerSideEncryption`. */
  readonly upload: Readonly<Record<string, unknown>>;
  /** Account that must own the bucket, or S3 refuses. */
  readonly bucketOwner: string | undefined;
}

const UploadArguments = z.record(z.string(), z.unknown());

/**
 * MLflow's variables (MLFLOW_S3_ENDPOINT_URL, _IGNORE_TLS, _UPLOAD_EXTRA_ARGS, _EXPECTED_BUCKET_OWNER,
 * MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE) and AWS's. Without AWS_ACCESS_KEY_ID the SDK looks for credentials itself: profile,
 * web identity, container, machine.
 * @throws UserError `bad-s3-setting`
 */
export function s3SettingsFrom(environment: Environment): S3Settings {
  const endpoint = firstOf(environment, 'MLFLOW_S3_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL');
  const style = firstOf(environment, 'MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE') ?? 'auto';
  const checksums = firstOf(environment, 'AWS_REQUEST_CHECKSUM_CALCULATION')?.toUpperCase();
  const profile = firstOf(environment, 'AWS_PROFILE');
  const credentials = credentialsFrom(environment);
  return {
    client: {
      // S3 itself names the right region when this is the wrong one.
      region: firstOf(environment, 'AWS_REGION', 'AWS_DEFAULT_REGION') ?? 'us-east-1',
      followRegionRedirects: true,
      forcePathStyle: style === 'path' || (style !== 'virtual' && endpoint !== undefined),
      // Servers that only resemble S3 often refuse the trailing checksums that S3 itself takes.
      requestChecksumCalculation:
        checksums === 'WHEN_SUPPORTED' || (checksums === undefined && endpoint === undefined)
          ? 'WHEN_SUPPORTED'
          : 'WHEN_REQUIRED',
      ...(endpoint !== undefined && { endpoint }),
      ...(profile !== undefined && { profile }),
      ...(credentials && { credentials }),
    },
    upload: uploadArguments(environment),
    bucketOwner: firstOf(environment, 'MLFLOW_S3_EXPECTED_BUCKET_OWNER'),
  };
}

/** Whether MLFLOW_S3_IGNORE_TLS takes any certificate. */
export function ignoresTls(environment: Environment): boolean {
  return /^(true|1)$/i.test(environment.MLFLOW_S3_IGNORE_TLS ?? '');
}

function credentialsFrom(environment: Environment) {
  const accessKeyId = firstOf(environment, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = firstOf(environment, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = firstOf(environment, 'AWS_SESSION_TOKEN');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function uploadArguments(environment: Environment): Record<string, unknown> {
  const text = firstOf(environment, 'MLFLOW_S3_UPLOAD_EXTRA_ARGS');
  if (text === undefined) return {};
  try {
    return UploadArguments.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError('bad-s3-setting', 'MLFLOW_S3_UPLOAD_EXTRA_ARGS is not a JSON object.', {
      next: `Write it as '{"ServerSideEncryption": "AES256"}'.`,
      cause: error,
    });
  }
}

/** The first of these variables that is set and not empty. */
function firstOf(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}
