import { spawnSync } from 'node:child_process';
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

/** Runs a notebook file as it is, with the widgets given; see python/run_notebook.py. */
export function runNotebook(
  python: string,
  notebook: string,
  widgets: Readonly<Record<string, string>>,
  {
    environment = {},
    spark = false,
  }: { readonly environment?: Record<string, string>; readonly spark?: boolean } = {},
): NotebookRun {
  const words = [SHIM, notebook, JSON.stringify(widgets), ...(spark ? ['spark'] : [])];
  const env = { PATH: process.env.PATH, ...environment };
  const { status, stdout, stderr } = spawnSync(python, words, { encoding: 'utf8', env });
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
