import { createHash } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from 'pm-core';
import type { ArtifactEntry, ArtifactFolder } from './artifacts.ts';

/** Stores a local file and checks the stored size. */
export async function uploadFile(folder: ArtifactFolder, path: string, file: string): Promise<void> {
  const content = await openAsBlob(file);
  await folder.write(path, content);
  const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
  checkSizes(folder, await folder.list(directory), new Map([[path, content.size]]));
}

/**
 * Stores all files of a local directory below `path` (the folder itself, if undefined), and checks the stored sizes. Returns their paths.
 * @throws UserError `not-a-file` at a symbolic link or anything else that is neither file nor directory.
 */
export async function uploadFolder(
  folder: ArtifactFolder,
  path: string | undefined,
  directory: string,
): Promise<string[]> {
  const sizes = new Map<string, number>();
  const inner: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const place = join(directory, entry.name);
    const target = path === undefined ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) inner.push(...(await uploadFolder(folder, target, place)));
    else if (entry.isFile()) {
      const content = await openAsBlob(place);
      await folder.write(target, content);
      sizes.set(target, content.size);
    } else
      throw new UserError('not-a-file', `${place} is neither a file nor a directory and cannot be uploaded.`);
  }
  if (sizes.size > 0) checkSizes(folder, await folder.list(path), sizes);
  return [...sizes.keys(), ...inner].sort();
}

/**
 * Fetches a file, in constant memory; `file` appears when it is complete. Returns the SHA-256 of its bytes in hexadecimal.
 * @throws UserError `artifact-damaged` where that is not the expected one.
 */
export async function downloadFile(
  folder: ArtifactFolder,
  path: string,
  file: string,
  { sha256 }: { sha256?: string } = {},
): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    const found = await folder.retrying(async () => {
      const hash = createHash('sha256');
      await pipeline(folder.read(path), hashing(hash), createWriteStream(unfinished));
      return hash.digest('hex');
    });
    if (sha256 !== undefined && found !== sha256) {
      throw new UserError(
        'artifact-damaged',
        `${folder.uri}/${path} has SHA-256 ${found} instead of ${sha256}.`,
      );
    }
    await rename(unfinished, file);
    return found;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Fetches all files below `path` (all there are, if undefined) into a local directory. Returns their paths there. */
export async function downloadFolder(
  folder: ArtifactFolder,
  path: string | undefined,
  directory: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await folder.list(path)) {
    const name = path === undefined ? entry.path : entry.path.slice(path.length + 1);
    const place = join(directory, name);
    if (entry.isDirectory)
      files.push(...(await downloadFolder(folder, entry.path, place)).map((file) => `${name}/${file}`));
    else {
      await downloadFile(folder, entry.path, place);
      files.push(name);
    }
  }
  return files;
}

/** The bytes of a small file. */
export async function readArtifact(folder: ArtifactFolder, path: string): Promise<Buffer> {
  return folder.retrying(async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of folder.read(path)) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}

function checkSizes(
  folder: ArtifactFolder,
  stored: readonly ArtifactEntry[],
  expected: ReadonlyMap<string, number>,
): void {
  const sizes = new Map(stored.map((entry) => [entry.path, entry.sizeBytes]));
  for (const [path, size] of expected) {
    if (sizes.get(path) === size) continue;
    throw new UserError(
      'artifact-damaged',
      `${folder.uri}/${path} was stored with ${sizes.get(path) ?? 'no'} bytes instead of ${size}.`,
    );
  }
}

function hashing(hash: ReturnType<typeof createHash>) {
  return async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
}
