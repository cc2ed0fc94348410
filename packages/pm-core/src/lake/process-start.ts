import { readFileSync } from 'node:fs';

/**
 * When a process started, as an opaque text (clock ticks since boot), so that a recycled pid is told from the first
 * one; undefined where the system has no /proc or no such process.
 */
export const processStart = (pid: number): string | undefined => statOf(pid)?.[22 - 3];

/** Whether a process runs that has this pid and, where both are known, this start. One that nobody has buried yet is dead. */
export function isAlive(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const stat = statOf(pid);
  if (stat === undefined) return true;
  return stat[0] !== 'Z' && (start === null || stat[22 - 3] === start);
}

/** Fields of `/proc/PID/stat` from the third, the state, on. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the program's name in brackets, may itself hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
