import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { SOURCE_FILES } from '../tables.ts';

export const LAW_FILE = 'planted-law.json';

/**
 * Runs `write` with an empty folder inside `directory` (made if it is not there) and moves what it wrote into `directory`, in place
 * of an earlier simulation's files there. If it fails, or the process dies before the moves (renames, which come last), the files
 * of `directory` are what they were; a dead process leaves its `.simulating-…` folder behind.
 * @throws UserError `unwritable-folder`.
 */
export async function replaceSourceFiles(
  directory: string,
  write: (folder: string) => Promise<void>,
): Promise<string[]> {
  const draft = makeDraft(directory);
  try {
    await write(draft);
    const written = readdirSync(draft).sort();
    const old = readdirSync(directory).filter((name) => isSourceFile(name) && !written.includes(name));
    for (const name of old) rmSync(join(directory, name));
    for (const name of written) renameSync(join(draft, name), join(directory, name));
    return written;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function makeDraft(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    return mkdtempSync(join(directory, '.simulating-'));
  } catch (cause) {
    throw new UserError('unwritable-folder', `${directory}: ${(cause as Error).message}`, {
      next: 'Name a folder that you may write to.',
      cause,
    });
  }
}

function isSourceFile(name: string): boolean {
  const stems = Object.values(SOURCE_FILES).map(({ stem }) => stem);
  return (
    name === LAW_FILE ||
    (/\.(csv|csv\.gz|parquet)$/.test(name) && stems.some((stem) => name.startsWith(stem)))
  );
}
