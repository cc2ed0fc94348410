import { readFileSync } from 'node:fs';

/**
 * When a process started, as an opaque text (clock ticks since boot), so that a recycled pid is told from the first
 * one; undefined where the system has no /proc or no such process.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the program's name in brackets, may itself hold spaces and brackets.
    const fieldsFromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fieldsFromThird[22 - 3];
  } catch {
    return undefined;
  }
}

/** Whether a process runs that has this pid and, where both are known, this start. */
export function isAlive(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processStart(pid);
  return start === null || now === undefined || now === start;
}
