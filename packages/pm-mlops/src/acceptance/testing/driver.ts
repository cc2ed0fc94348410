import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FakeWorkspace, RunTask } from '../../databricks/testing/fake-workspace/index.ts';
import { startNotebook } from '../../jobs/testing/run-notebook.ts';

/**
 * Runs the notebook of a task as it lies in the workspace, by a Python of its own and pm from the deployed archive, in a
 * folder that stands for the driver's disk: `/Volumes` is mounted in it, and what the task leaves there stays. A workflow file
 * that lies in the folder, `config/NAME.yaml`, takes the place of the archive's.
 */
export function runOnDriver(workspace: () => FakeWorkspace, folder: string, python: string): RunTask {
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  for (const made of [home, temporary]) mkdirSync(made, { recursive: true });
  const mounted = (text: string) =>
    existsSync(join(folder, text)) && text.startsWith('config/')
      ? join(folder, text)
      : text.replaceAll('/Volumes/', `${folder}/Volumes/`);
  return async ({ task, parameters, signal }) => {
    const { host, token, state } = workspace();
    const { notebook_path } = task.notebook_task as { notebook_path: string };
    const environment = {
      PATH: '/usr/bin:/bin',
      HOME: home,
      TMPDIR: temporary,
      PM_LAKE_ON_VOLUME: '1',
      NOTEBOOK_HOST: host,
      NOTEBOOK_TOKEN: token,
      NOTEBOOK_USER: state.options.userName,
      NOTEBOOK_SECRETS: JSON.stringify(
        Object.fromEntries([...state.scopes].map(([name, keys]) => [name, Object.fromEntries(keys)])),
      ),
    };
    const notebook = placeFiles(workspace(), notebook_path, folder, mounted);
    const widgets = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, mounted(value)]),
    );
    const run = await startNotebook(python, notebook, widgets, { environment, signal }).ended;
    const { document, taskValues, printed } = run;
    if (run.raised) return { error: lastLine(printed), errorTrace: printed };
    return {
      result: JSON.stringify(document),
      values: Object.fromEntries(Object.entries(taskValues).map(([name, value]) => [name, String(value)])),
      logs: printed,
    };
  };
}

/** Lays the notebook with all beside it, and the volumes, on the disk, as far as they are not there yet. */
function placeFiles(
  { state }: FakeWorkspace,
  notebookPath: string,
  folder: string,
  mounted: (text: string) => string,
): string {
  const put = (path: string, content: Buffer | string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file) || statSync(file).size !== content.length) writeFileSync(file, content);
  };
  const beside = dirname(notebookPath.replace(/^\/Workspace/, ''));
  for (const [path, { kind, content }] of state.tree) {
    if (dirname(path) !== beside || kind === 'DIRECTORY') continue;
    const isPointer = path.endsWith('/archive.txt');
    put(kind === 'NOTEBOOK' ? `${path}.py` : path, isPointer ? mounted(`${content}`) : content);
  }
  for (const [path, content] of state.files) if (content !== 'directory') put(path, content);
  return join(folder, `${notebookPath.replace(/^\/Workspace/, '')}.py`);
}

const lastLine = (printed: string): string => printed.trimEnd().split('\n').at(-1) ?? '';
