import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from 'pm-core';
import type { Lake } from 'pm-core/lake';

/**
 * The error to throw for one that arose over a lake: where an engine complains of a file of the lake, `lake-damaged` with
 * its table and path; any other error as it is.
 */
export function asLakeDamage(error: unknown, { directory, manifest }: Lake): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  for (const [table, { files }] of Object.entries(manifest.tables)) {
    const path = files
      .map((file) => join(directory, file))
      .find((candidate) => error.message.includes(candidate));
    if (path !== undefined) return damaged(table, path, error);
  }
  return error;
}

function damaged(table: string, path: string, cause: Error): UserError {
  const fault = existsSync(path)
    ? `is damaged: ${cause.message.split('\n')[0]}`
    : 'is gone: another command replaced it just now, or it was removed by hand';
  return new UserError('lake-damaged', `The file ${path} of the table ${table} ${fault}.`, {
    next: 'Try again if another command was writing; else restore the file, or move the lake away and ingest again.',
    cause,
  });
}
