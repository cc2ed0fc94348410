import { UserError } from '../errors.ts';

const WHY: Record<string, string> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'there is a file of that name',
  ENOENT: 'it cannot be created there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/**
 * Runs `change`, which writes below a lake's folder.
 * @throws UserError `lake-not-writable` in place of a failure of the file system; others pass.
 */
export function writing<T>(directory: string, change: () => T): T {
  try {
    return change();
  } catch (cause) {
    const why = WHY[(cause as NodeJS.ErrnoException).code ?? ''];
    if (why === undefined) throw cause;
    throw new UserError('lake-not-writable', `The lake folder ${directory} cannot be written: ${why}.`, {
      next: 'Name another folder with --lake, or correct the permissions.',
      cause,
    });
  }
}
