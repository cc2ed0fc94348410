import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { ENVIRONMENT, type Said, type Workplace } from './workplace.ts';

const PM = resolve(import.meta.dirname, '../../../../../pm');

/** The `pm` wrapper running in a workplace. */
export interface PmProcess {
  readonly pid: number;
  /** Everything it wrote, once it has ended by itself or by a signal (code −1). */
  readonly ended: Promise<Said>;
  /** Waits until stderr has shown a text. Rejects if the process ends without it. */
  shows(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Waits for the first bytes on stdout, then closes it as `| head` does. */
  closeOutput(): Promise<void>;
}

/** Starts `./pm` with these words as a process of its own; the end of the test kills what is left of it. */
export function startPm({ directory }: Workplace, ...words: string[]): PmProcess {
  const child = spawn(PM, words, {
    cwd: directory,
    env: { PATH: process.env.PATH, ...ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: (code as number | null) ?? -1, ...written }));
  return {
    pid: child.pid!,
    ended,
    async shows(text) {
      while (!written.err.includes(text)) {
        const isOver = await Promise.race([
          ended.then(() => true),
          once(child.stderr, 'data').then(() => false),
        ]);
        if (isOver && !written.err.includes(text))
          throw new Error(`pm ended without '${text}':\n${written.err}`);
      }
    },
    kill: (signal) => void child.kill(signal),
    async closeOutput() {
      if (written.out === '') await once(child.stdout, 'data');
      child.stdout.destroy();
    },
  };
}
