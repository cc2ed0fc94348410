import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonFor } from 'pm-core/testing';

/** Runs python/`name`.py; the JSON of its last line. @throws Error with what it wrote where it fails. */
export const runPython = (name: string, ...words: readonly string[]): Promise<unknown> =>
  runPythonWith({}, name, ...words);

/** The same with more in its environment. */
export async function runPythonWith(
  environment: Readonly<Record<string, string>>,
  name: string,
  ...words: readonly string[]
): Promise<unknown> {
  const script = join(import.meta.dirname, 'python', `${name}.py`);
  const { stdout } = await promisify(execFile)(pythonFor()!, [script, ...words], {
    maxBuffer: 1 << 26,
    env: {
      ...process.env,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0', // a refusal is to be seen, not tried again
      ...environment,
    },
  });
  const last = stdout.trimEnd().split('\n').at(-1);
  return last ? JSON.parse(last) : undefined;
}
