import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a notebook left. */
export interface NotebookRun {
  readonly status: number | null;
  /** All that it printed, both streams. */
  readonly printed: string;
  /** What it exited with; undefined where it raised. */
  readonly document: Record<string, unknown>;
  readonly taskValues: Readonly<Record<string, unknown>>;
  readonly raised: boolean;
}

const SHIM = join(import.meta.dirname, 'python/run_notebook.py');

interface NotebookOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly spark?: boolean;
}

/** Runs a notebook file as it is, with the widgets given, to its end; see python/run_notebook.py. */
export function runNotebook(
  python: string,
  notebook: string,
  widgets: Readonly<Record<string, string>>,
  { environment = {}, spark = false }: NotebookOptions = {},
): NotebookRun {
  const words = [SHIM, notebook, JSON.stringify(widgets), ...(spark ? ['spark'] : [])];
  const env = { PATH: process.env.PATH, ...environment };
  return runOf(spawnSync(python, words, { encoding: 'utf8', env }));
}

/** As {@link runNotebook}, while this process goes on. `signal` kills it with all that it started; `cancel` ends its cell. */
export function startNotebook(
  python: string,
  notebook: string,
  widgets: Readonly<Record<string, string>>,
  {
    environment = {},
    signal,
    onOutput,
  }: NotebookOptions & { readonly signal?: AbortSignal; onOutput?: (text: string) => void } = {},
): { readonly ended: Promise<NotebookRun>; cancel(): void } {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(python, ['-u', SHIM, notebook, JSON.stringify(widgets)], { env, detached: true });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      onOutput?.(text);
    });
  }
  const kill = () =>
    child.exitCode === null && child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  const ended = new Promise<NotebookRun>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      signal?.removeEventListener('abort', kill);
      resolve(runOf({ status, ...said }));
    });
  });
  return { ended, cancel: () => void child.kill('SIGINT') };
}

function runOf({
  status,
  stdout,
  stderr,
}: {
  status: number | null;
  stdout: string;
  stderr: string;
}): NotebookRun {
  const answer = /^EXIT (.*)$/m.exec(stdout)?.[1];
  const { exits, taskValues } = answer === undefined ? { exits: [], taskValues: {} } : JSON.parse(answer);
  return {
    status,
    printed: stdout + stderr,
    document: exits[0] ?? {},
    taskValues,
    raised: answer === undefined,
  };
}
