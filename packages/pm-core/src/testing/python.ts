import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../../..');

/**
 * Path of a Python that has the pinned requirements of tools/python/`requirements`, made on first use under .tools and
 * kept by the file's hash. Undefined where there is no Python ≥ 3.11 (an error when CI=true: the suite must not be skipped there).
 */
export function pythonFor(requirements = 'requirements.txt'): string | undefined {
  const file = join(root, 'tools/python', requirements);
  const hash = createHash('sha256').update(requirementsText(file)).digest('hex').slice(0, 12);
  const folder = join(root, '.tools', `python-${hash}`);
  const python = join(folder, 'bin/python');
  if (existsSync(join(folder, 'complete'))) return python;
  const system = ['python3.11', 'python3.12', 'python3.13', 'python3'].find(isPython311);
  if (system === undefined) {
    if (process.env.CI === 'true') throw new Error('Python ≥ 3.11 is needed when CI=true and was not found');
    return undefined;
  }
  const lock = `${folder}.lock`;
  try {
    mkdirSync(lock);
  } catch {
    return waitFor(join(folder, 'complete'), python);
  }
  try {
    rmSync(folder, { recursive: true, force: true });
    execFileSync(system, ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '-q', '--no-input', '-r', file], { stdio: 'inherit' });
    writeFileSync(join(folder, 'complete.tmp'), '');
    renameSync(join(folder, 'complete.tmp'), join(folder, 'complete'));
    return python;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** The file with those that it takes in by `-r` in their places. */
function requirementsText(file: string): string {
  return readFileSync(file, 'utf8').replace(/^-r (\S+)$/gm, (_, name) =>
    requirementsText(join(file, '..', name)),
  );
}

function isPython311(command: string): boolean {
  try {
    execFileSync(command, ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function waitFor(marker: string, python: string): string {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let seconds = 0; seconds < 900; seconds++) {
    if (existsSync(marker)) return python;
    Atomics.wait(sleeper, 0, 0, 1000);
  }
  throw new Error(
    `another process is making ${marker} and did not finish in 15 minutes; remove its .lock folder`,
  );
}
