import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { isAlive, processStart } from './process-start.ts';

const Owner = z.object({
  pid: z.int(),
  /** See {@link processStart}; null where the system does not tell. */
  processStart: z.string().nullable(),
  since: z.string(),
  purpose: z.string(),
});
type Owner = z.infer<typeof Owner>;

const LOCK_FILE = 'lake.lock';

/** The right to write to a lake; ends with `release`, a `using` block or the death of the process. */
export interface LakeLock extends Disposable {
  release(): void;
}

/**
 * Takes the lock of an existing lake folder. A lock whose owner is dead is taken over.
 * @throws UserError `lake-locked` naming the pid, since when and what it does.
 */
export function takeLock(directory: string, owner: { pid: number; since: Date; purpose: string }): LakeLock {
  const path = join(directory, LOCK_FILE);
  const draft = `${path}.${owner.pid}`;
  const content: Owner = {
    pid: owner.pid,
    processStart: processStart(owner.pid) ?? null,
    since: owner.since.toISOString(),
    purpose: owner.purpose,
  };
  writeFileSync(draft, `${JSON.stringify(content)}\n`);
  try {
    while (!linked(draft, path)) removeDeadLock(path, `${draft}.dead`);
  } finally {
    rmSync(draft, { force: true });
  }
  const release = () => rmSync(path, { force: true });
  return { release, [Symbol.dispose]: release };
}

/** Links rather than opens: the lock appears whole or not at all. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeDeadLock(path: string, grave: string): void {
  const found = readIfPresent(path);
  if (found === undefined) return;
  const owner = readOwner(found);
  if (owner !== undefined && isAlive(owner.pid, owner.processStart)) throw locked(path, owner);
  moveAway(path, grave);
  // Another process may have taken over the dead lock in between: what was moved is then a living one.
  if (readIfPresent(grave) === found) rmSync(grave, { force: true });
  else if (linked(grave, path)) rmSync(grave);
}

function moveAway(path: string, grave: string): void {
  try {
    renameSync(path, grave);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readOwner(text: string): Owner | undefined {
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const locked = (path: string, owner: Owner): UserError =>
  new UserError(
    'lake-locked',
    `The lake is in use: process ${owner.pid} has been doing "${owner.purpose}" since ${owner.since} (${path}).`,
    { next: 'Wait for it to end, or use another lake folder with --lake.' },
  );
