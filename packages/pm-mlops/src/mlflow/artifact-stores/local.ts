import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { UserError } from 'pm-core';
import { safeArtifactPath } from '../artifact-path.ts';
import type { ArtifactEntry, ArtifactFolder } from './artifact-folder.ts';

/** Files in a local folder, which is made at the first write. A symbolic link that leads out of it is refused. */
export function localArtifacts(root: string): ArtifactFolder {
  const placeOf = (path: string) => join(root, ...safeArtifactPath(path).split('/'));
  return {
    uri: pathToFileURL(root).href,
    retrying: (work) => work(),
    list: async (directory) => {
      const place = directory === undefined ? root : placeOf(directory);
      const names = await readdir(place).catch(noneIfMissing);
      return Promise.all(
        names
          .sort()
          .map((name) => entryOf(root, place, directory === undefined ? name : `${directory}/${name}`)),
      );
    },
    write: async (path, content) => {
      const place = placeOf(path);
      await mkdir(dirname(place), { recursive: true });
      await refuseLinkOutside(root, dirname(place));
      const unfinished = `${place}.${process.pid}.tmp`;
      await pipeline(Readable.fromWeb(content.stream()), createWriteStream(unfinished));
      await rename(unfinished, place);
    },
    read: (path) => bytesOf(root, placeOf(path)),
    remove: (path) => rm(placeOf(path), { recursive: true }),
  };
}

async function* bytesOf(root: string, place: string): AsyncGenerator<Uint8Array, void, undefined> {
  await refuseLinkOutside(root, place);
  yield* createReadStream(place);
}

async function entryOf(root: string, place: string, path: string): Promise<ArtifactEntry> {
  const file = join(place, path.slice(path.lastIndexOf('/') + 1));
  await refuseLinkOutside(root, file);
  const found = await stat(file);
  const isDirectory = found.isDirectory();
  return { path, isDirectory, sizeBytes: isDirectory ? undefined : found.size };
}

async function refuseLinkOutside(root: string, place: string): Promise<void> {
  const [inside, real] = await Promise.all([realpath(root), realpath(place)]);
  if (real === inside || real.startsWith(inside + sep)) return;
  throw new UserError('unsafe-artifact-path', `${place} leads out of the artifact folder ${root}.`);
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
