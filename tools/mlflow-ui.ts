import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pythonFor } from '../packages/pm-core/src/testing/python.ts';

/** Starts the real `mlflow ui` in the current folder, where mlflow.db and mlartifacts lie. Ctrl-C ends it. */
const python = pythonFor();
if (python === undefined) {
  console.error('The MLflow UI needs Python 3.11 or newer, which was not found.');
  process.exit(1);
}
const port = process.env.PORT ?? '5000';
console.error(
  `The MLflow UI of this folder: http://127.0.0.1:${port}/#/experiments?workflowType=machine_learning`,
);
const ui = spawn(join(dirname(python), 'mlflow'), ['ui', '--port', port, '--workers', '1'], {
  stdio: 'inherit',
  env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ui.kill(signal));
ui.on('exit', (code) => process.exit(code ?? 0));
