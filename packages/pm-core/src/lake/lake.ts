import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TableEngine } from '../engine/index.ts';
import { commitChange, type LakeChange } from './commit.ts';
import { MANIFEST_FILE, SCRATCH_FOLDER, sweep } from './files.ts';
import { writing } from './folder-error.ts';
import { type LakeLock, takeLock } from './lake-lock.ts';
import { EMPTY_MANIFEST, type Manifest, parseManifest } from './manifest.ts';

export interface LakeOptions {
  /** Now: dates the lock. */
  clock: () => Date;
  /** Process that owns the locks taken; this one unless told. */
  pid?: number;
}

/** A folder of tables as Parquet files, with a manifest that changes in one atomic step. */
export interface Lake {
  /** Absolute. */
  readonly directory: string;
  /** The state that this handle last read (at open and whenever it takes the lock) or committed. */
  readonly manifest: Manifest;
  /** Gives every table of the manifest its name in an engine. */
  attach(engine: TableEngine): Promise<void>;
  /**
   * Takes the right to write, creates the folder where it is absent, and removes what killed processes left. A step
   * within a step that holds it through the same handle has it already; the outer one's release counts.
   * @throws UserError `lake-locked`, `lake-not-writable`, `lake-too-new`, `lake-damaged`.
   */
  lock(purpose: string): LakeLock;
  /** Folder for temporary files of the holder of the lock; created on first use, emptied by the next holder at the latest. */
  scratch(): string;
  /**
   * Writes tables and facts so that any reader, and the state after a kill at any moment, shows all of it or none.
   * Needs the lock.
   * @throws UserError `lake-not-writable`.
   */
  commit(change: LakeChange): Promise<Manifest>;
}

/**
 * Opens a lake; an absent or empty folder is a lake without tables. Writes nothing.
 * @throws UserError `lake-too-new`, `lake-damaged`.
 */
export function openLake(directory: string, { clock, pid = process.pid }: LakeOptions): Lake {
  const root = resolve(directory);
  let manifest = readManifest(root);
  let held = false;

  return {
    directory: root,
    get manifest() {
      return manifest;
    },
    async attach(engine) {
      for (const [name, { files }] of Object.entries(manifest.tables)) {
        await engine.defineView(
          name,
          files.map((file) => join(root, file)),
        );
      }
    },
    lock(purpose) {
      if (held) return { release() {}, [Symbol.dispose]() {} };
      return writing(root, () => {
        mkdirSync(root, { recursive: true });
        const lock = takeLock(root, { pid, since: clock(), purpose });
        try {
          manifest = readManifest(root);
          removeScratch(root);
          sweep(root, manifest);
        } catch (error) {
          lock.release();
          throw error;
        }
        held = true;
        const release = () => {
          if (!held) return;
          held = false;
          removeScratch(root);
          lock.release();
        };
        return { release, [Symbol.dispose]: release };
      });
    },
    scratch() {
      const path = join(root, SCRATCH_FOLDER);
      writing(root, () => mkdirSync(path, { recursive: true }));
      return path;
    },
    async commit(change) {
      if (!held) throw new Error('a commit to a lake needs its lock');
      manifest = await commitChange(root, manifest, change);
      return manifest;
    },
  };
}

const removeScratch = (root: string): void =>
  rmSync(join(root, SCRATCH_FOLDER), { recursive: true, force: true });

/** The manifest of a folder; an empty one where there is none. @throws UserError `lake-too-new`, `lake-damaged`. */
export function readManifest(root: string): Manifest {
  const path = join(root, MANIFEST_FILE);
  return existsSync(path) ? parseManifest(readFileSync(path, 'utf8'), path) : EMPTY_MANIFEST;
}
