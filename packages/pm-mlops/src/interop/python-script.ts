import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs python/`name`.py with a request as its only argument, and returns the document on its last line.
 * @throws Error with what the script wrote where it fails.
 */
export async function runPython<Answer>(
  python: string,
  name: string,
  { trackingUri, request, environment = {} }: PythonRequest,
): Promise<Answer> {
  const script = join(import.meta.dirname, 'python', `${name}.py`);
  const { stdout } = await promisify(execFile)(python, [script, JSON.stringify(request)], {
    maxBuffer: 1 << 26,
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: trackingUri,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      ...environment,
    },
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Answer;
}

export interface PythonRequest {
  readonly trackingUri: string;
  readonly request: unknown;
  readonly environment?: Readonly<Record<string, string>>;
}
