import { addAbortSignal, type Readable } from 'node:stream';
import type { ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import { UserError } from 'pm-core';
import type { ArtifactFolder } from './artifact-folder.ts';
import { type ObjectStore, objectFolder, type StoreAccess } from './object-folder.ts';
import { optionalPackage } from './optional-package.ts';
import { ignoresTls, s3SettingsFrom } from './s3-settings.ts';
import type { StoreErrorDetails } from './store-error.ts';

const smallestPartBytes = 8 * 1024 * 1024;
/** Of one upload, by S3's own limits. */
const mostParts = 10_000;

/**
 * Files below `s3://bucket/prefix`, in S3 or a server that resembles it: see {@link s3SettingsFrom} for what decides.
 * @throws UserError `bad-artifact-uri`, `bad-s3-setting`; at the first use `missing-package`
 */
export function s3Artifacts(client: StoreAccess, uri: string): ArtifactFolder {
  const match = /^s3:\/\/([^/?#@]+)(?:\/([^?#]*))?$/.exec(uri);
  if (!match) {
    throw new UserError('bad-artifact-uri', `${uri} is not of the form s3://bucket/prefix.`);
  }
  const [, bucket, prefix = ''] = match;
  const settings = s3SettingsFrom(client.environment);
  return objectFolder({
    uri,
    root: prefix.replace(/\/+$/, ''),
    client,
    open: () => openBucket(client, bucket!, settings),
  });
}

async function openBucket(
  client: StoreAccess,
  bucket: string,
  settings: ReturnType<typeof s3SettingsFrom>,
): Promise<ObjectStore> {
  const [aws, { Upload }] = await optionalPackage(
    ['@aws-sdk/client-s3', '@aws-sdk/lib-storage'],
    'Files in S3',
    () => Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]),
  );
  const s3: S3Client = new aws.S3Client({
    ...settings.client,
    maxAttempts: client.retry.policy.retries + 1,
    requestHandler: {
      connectionTimeout: client.timeoutMs,
      socketTimeout: client.timeoutMs,
      ...(ignoresTls(client.environment) && { httpsAgent: { rejectUnauthorized: false } }),
    },
  });
  const place = {
    Bucket: bucket,
    ...(settings.bucketOwner !== undefined && { ExpectedBucketOwner: settings.bucketOwner }),
  };
  const pages = (query: Partial<ListObjectsV2CommandInput>, abortSignal: AbortSignal) =>
    aws.paginateListObjectsV2({ client: s3 }, { ...place, ...query }, { abortSignal });

  return {
    async *level(prefix, signal) {
      for await (const page of pages({ Prefix: prefix, Delimiter: '/' }, signal)) {
        for (const { Prefix: key } of page.CommonPrefixes ?? []) yield { key: key!, sizeBytes: 0 };
        for (const { Key: key, Size } of page.Contents ?? []) yield { key: key!, sizeBytes: Size ?? 0 };
      }
    },
    async *keys(prefix, signal) {
      for await (const page of pages({ Prefix: prefix }, signal)) {
        for (const { Key: key } of page.Contents ?? []) yield key!;
      }
    },
    put: async (key, content, signal) => {
      const abortController = new AbortController();
      signal.addEventListener('abort', () => abortController.abort(), { once: true });
      await new Upload({
        client: s3,
        params: { ...place, ...settings.upload, Key: key, Body: content },
        partSize: Math.max(smallestPartBytes, Math.ceil(content.size / mostParts)),
        abortController,
      }).done();
    },
    get: async (key, abortSignal) => {
      const { Body } = await s3.send(new aws.GetObjectCommand({ ...place, Key: key }), { abortSignal });
      return addAbortSignal(abortSignal, Body as Readable);
    },
    delete: async (key, abortSignal) => {
      await s3.send(new aws.DeleteObjectCommand({ ...place, Key: key }), { abortSignal });
    },
    describe,
  };
}

function describe(error: unknown): StoreErrorDetails {
  if (!(error instanceof Error)) return { status: 0, code: undefined, message: String(error) };
  const { $metadata, code } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return { status: $metadata?.httpStatusCode ?? 0, code: code ?? error.name, message: error.message };
}
