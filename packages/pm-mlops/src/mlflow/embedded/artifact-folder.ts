import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { artifactParts, UPLOAD_PREFIX } from './artifact-path.ts';
import { invalid, notFound } from './fault.ts';

export interface ArtifactEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly size: number;
}

/** The files behind `mlflow-artifacts:/`. Paths are relative to the folder; none can lead out of it. */
export interface ArtifactFolder {
  /** Stores bytes under a path: it holds the old file or the whole new one at any time. @throws Fault */
  put(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws Fault 404, or 400 for a folder. */
  open(path: string): Promise<{ size: number; bytes: Readable }>;
  /** Entries of a folder by name; none for a file or what is not there. */
  list(path: string): Promise<ArtifactEntry[]>;
  /** Removes a file or a whole folder; nothing where there is none. */
  remove(path: string): Promise<void>;
}

export function createArtifactFolder(root: string): ArtifactFolder {
  const locate = (path: string) => withinRoot(root, artifactParts(path));
  return {
    async put(path, bytes) {
      const parts = artifactParts(path);
      if (parts.length === 0 || parts.at(-1)!.startsWith(UPLOAD_PREFIX))
        throw invalid('Invalid artifact file name');
      await replaceFile(await withinRoot(root, parts), bytes);
    },
    async open(path) {
      const file = await locate(path);
      const found = await stat(file).catch(ifMissing(undefined));
      if (found === undefined) throw notFound(`No such artifact: '${path}'`);
      if (!found.isFile()) throw invalid(`Artifact path refers to a directory, not a file: '${path}'`);
      return { size: found.size, bytes: createReadStream(file) };
    },
    async list(path) {
      const folder = await locate(path);
      const names = await readdir(folder).catch(ifMissing([]));
      const shown = names.filter((name) => !name.startsWith(UPLOAD_PREFIX)).sort();
      return Promise.all(shown.map((name) => entry(folder, name)));
    },
    async remove(path) {
      if (artifactParts(path).length === 0) throw invalid('Invalid path');
      await rm(await locate(path), { recursive: true, force: true });
    },
  };
}

/** Where a path leads, symbolic links followed. @throws Fault 400 where that is outside of the root. */
async function withinRoot(root: string, parts: readonly string[]): Promise<string> {
  const base = await realpath(root).catch(ifMissing(root));
  for (let known = parts.length; known > 0; known--) {
    const real = await realpath(join(base, ...parts.slice(0, known))).catch(ifMissing(undefined));
    if (real === undefined) continue;
    if (!`${real}${sep}`.startsWith(`${base}${sep}`)) throw invalid('Invalid path');
    break;
  }
  return join(base, ...parts);
}

async function replaceFile(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const folder = dirname(file);
  const temporary = join(folder, `${UPLOAD_PREFIX}${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await pipeline(
      Readable.from(bytes, { objectMode: false }),
      createWriteStream(temporary, { flags: 'wx' }),
    );
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (isCode(error, 'EISDIR', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG'))
      throw invalid('A file and a folder cannot share a path.');
    throw error;
  }
}

async function entry(folder: string, name: string): Promise<ArtifactEntry> {
  const found = await stat(join(folder, name));
  return { name, isDirectory: found.isDirectory(), size: found.size };
}

/** Turns "not there" (or "a file where a folder was named") into a value. */
const ifMissing =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return value;
    throw error;
  };

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(`${error.code}`);
}
