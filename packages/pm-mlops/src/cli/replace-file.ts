import { rename, rm, writeFile } from 'node:fs/promises';
import { UserError } from 'pm-core';

/**
 * Writes a text file that appears, or takes the place of what was there, only when it is complete.
 * @throws UserError `export-failed` where it cannot be written.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (cause) {
    throw new UserError('export-failed', `${path} cannot be written: ${(cause as Error).message}.`, {
      next: 'Name a file in a folder that exists and can be written.',
      cause,
    });
  } finally {
    await rm(draft, { force: true });
  }
}
