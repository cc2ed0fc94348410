import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { MANIFEST_FILE, sweep } from './files.ts';
import { writing } from './folder-error.ts';
import { type Lake, type LakeOptions, openLake, readManifest } from './lake.ts';
import { EMPTY_MANIFEST, type Manifest } from './manifest.ts';
import { isAlive, processStart } from './process-start.ts';

export interface VolumeLakeOptions extends LakeOptions {
  /** A folder on a local disk, in which a working copy is made while the lock is held. */
  readonly localFolder: string;
}

/**
 * Opens a lake in a folder that takes whole files only: no writes in the middle of one, no links, as a Databricks volume is. Its
 * files are read where they are until the lock is taken; from then on the work is on a local copy, and a commit copies new files
 * out, then the manifest, then removes what that no longer names. So a reader sees all of a commit or none here too.
 *
 * Locks of other machines cannot be seen: who commits second, on what was copied before the first, is refused.
 * @throws UserError `lake-too-new`, `lake-damaged`; `commit` also `lake-changed`.
 */
export function openVolumeLake(directory: string, { localFolder, ...options }: VolumeLakeOptions): Lake {
  const root = resolve(directory);
  const direct = openLake(root, options);
  let copy: Lake | undefined;
  const current = () => copy ?? direct;

  return {
    get directory() {
      return current().directory;
    },
    get manifest() {
      return current().manifest;
    },
    attach: (engine) => current().attach(engine),
    scratch: () => current().scratch(),
    lock(purpose) {
      if (copy !== undefined) return copy.lock(purpose);
      mkdirSync(localFolder, { recursive: true });
      removeOrphans(localFolder);
      const local = mkdtempSync(join(localFolder, `lake-${process.pid}-${processStart(process.pid) ?? ''}-`));
      const remove = () => rmSync(local, { recursive: true, force: true });
      try {
        copyLake(root, local);
        copy = openLake(local, options);
      } catch (error) {
        remove();
        throw error;
      }
      const lock = copy.lock(purpose);
      const release = () => {
        if (copy === undefined) return;
        lock.release();
        copy = undefined;
        remove();
      };
      return { release, [Symbol.dispose]: release };
    },
    async commit(change) {
      if (copy === undefined) throw new Error('a commit to a lake needs its lock');
      const before = copy.manifest;
      const after = await copy.commit(change);
      writing(root, () => publish(copy!.directory, root, before, after));
      return after;
    },
  };
}

/** Copies of processes that were killed: a driver's disk outlives them. */
function removeOrphans(localFolder: string): void {
  for (const name of readdirSync(localFolder)) {
    const [, pid, start] = /^lake-(\d+)-(\d*)-/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid), start || null)) continue;
    rmSync(join(localFolder, name), { recursive: true, force: true });
  }
}

const filesOf = (manifest: Manifest): string[] =>
  Object.values(manifest.tables).flatMap(({ files }) => files);

function copyLake(from: string, to: string): void {
  const manifest = readManifest(from);
  for (const file of filesOf(manifest)) copyWhole(join(from, file), join(to, file));
  if (manifest !== EMPTY_MANIFEST) copyWhole(join(from, MANIFEST_FILE), join(to, MANIFEST_FILE));
}

function publish(local: string, root: string, before: Manifest, after: Manifest): void {
  const found = readManifest(root);
  if (JSON.stringify(found) !== JSON.stringify(before)) {
    throw new UserError(
      'lake-changed',
      `Another machine committed to ${root} meanwhile: it is at commit ${found.generation}, this work began at ${before.generation}.`,
      { next: 'Nothing was written. Run this again.' },
    );
  }
  const known = new Set(filesOf(before));
  for (const file of filesOf(after)) {
    if (!known.has(file)) copyWhole(join(local, file), join(root, file));
  }
  mkdirSync(root, { recursive: true });
  const draft = join(root, `${MANIFEST_FILE}.draft`);
  copyFileSync(join(local, MANIFEST_FILE), draft);
  renameSync(draft, join(root, MANIFEST_FILE));
  sweep(root, after);
}

function copyWhole(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
