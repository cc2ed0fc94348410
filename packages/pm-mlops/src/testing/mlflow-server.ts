import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pythonFor } from 'pm-core/testing';

export interface MlflowServer {
  readonly baseUrl: string;
  /** Working folder of the server: mlflow.db and mlartifacts are in it. */
  readonly directory: string;
  close(): Promise<void>;
}

export interface MlflowServerOptions {
  /** Where the server keeps its files; a temporary folder, removed at the end, if not given. */
  directory?: string;
  /** Added to the server's own environment. */
  environment?: Record<string, string>;
  /** Added to `mlflow server`, such as `--app-name basic-auth`. */
  arguments?: readonly string[];
  /** File of tools/python that pins the server; the newest MLflow if not given. */
  requirements?: string;
}

const startSeconds = 120;

/** Pins the newest MLflow before logged models. */
export const MLFLOW_2_22 = 'requirements-mlflow-2.22.txt';

/**
 * A real `mlflow server` of a pinned version on a free loopback port, answering when this returns.
 * @throws Error with the server's own log when it ends early or is not up in two minutes.
 */
export async function startMlflowServer(options: MlflowServerOptions = {}): Promise<MlflowServer> {
  const python = pythonFor(options.requirements);
  if (python === undefined) throw new Error('a real MLflow server needs Python 3.11 or newer');
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'mlflow-server-'));
  const port = await freePort();
  const log = join(directory, 'server.log');
  const output = openSync(log, 'w');
  const server = spawn(
    join(dirname(python), 'mlflow'),
    ['server', ...location(port), '--workers', '1', ...(options.arguments ?? [])],
    {
      cwd: directory,
      detached: true, // its own process group: uvicorn's workers end with it
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        ...options.environment,
      },
    },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const kill = () => {
    if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid!, 'SIGKILL');
  };
  process.once('exit', kill);
  const close = async () => {
    process.off('exit', kill);
    kill();
    await ended;
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
  };
  const baseUrl = `http://127.0.0.1:${port}`;
  for (let tenth = 0; tenth < startSeconds * 10; tenth++) {
    if (await answers(`${baseUrl}/health`)) return { baseUrl, directory, close };
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const tail = readFileSync(log, 'utf8').slice(-2000);
  await close();
  throw new Error(`mlflow server did not start:\n${tail}`);
}

/** Without a store named, MLflow 2 would keep its runs in files. */
function location(port: number): string[] {
  return ['--host', '127.0.0.1', '--port', `${port}`, '--backend-store-uri', 'sqlite:///mlflow.db'];
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
