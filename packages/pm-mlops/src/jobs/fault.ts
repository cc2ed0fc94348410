import { UserError } from 'pm-core';

/** Where a value stands in a parsed file: keys and indexes from the top. */
export type Path = readonly (string | number)[];

/** Something wrong at a place in a value, before the place in its file is known. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** What to do about it. */
  readonly next?: string;
}

/** Something wrong in a file, at a line and column counted from 1. */
export interface JobFault extends Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One line a fault, `file:line:column: path: message`, and what to do about it below. */
export function formatFault({ file, line, column, path, message, next }: JobFault): string {
  const place = path.length === 0 ? '' : `${path.join('.')}: `;
  return `${file}:${line}:${column}: ${place}${message}${next === undefined ? '' : `\n    ${next}`}`;
}

/** All faults as one error for people. */
export function badJobs(faults: readonly JobFault[]): UserError {
  return new UserError('bad-job', `The job files have faults:\n${faults.map(formatFault).join('\n')}`, {
    next: 'Correct the lines named above, then: pm jobs validate',
  });
}
