import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

/** A long-running `mlflow` command that answers at `baseUrl`. */
export interface MlflowCommand {
  readonly baseUrl: string;
  close(): Promise<void>;
}

const startSeconds = 120;

/**
 * Starts `mlflow WORDS --port FREE` in a folder; it answers GET /health when this returns.
 * @throws Error with what it printed when it ends early or is not up in two minutes.
 */
export async function startMlflowCommand(
  python: string,
  words: readonly string[],
  { directory, environment = {} }: { directory: string; environment?: Readonly<Record<string, string>> },
): Promise<MlflowCommand> {
  const port = await freePort();
  const log = join(directory, `mlflow-${port}.log`);
  const output = openSync(log, 'w');
  const command = spawn(join(dirname(python), 'mlflow'), [...words, '--port', `${port}`], {
    cwd: directory,
    detached: true, // its own process group: its workers end with it
    stdio: ['ignore', output, output],
    env: {
      PATH: `${dirname(python)}:${process.env.PATH}`,
      HOME: directory,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      ...environment,
    },
  });
  const ended = once(command, 'exit');
  const isRunning = () => command.exitCode === null && command.signalCode === null;
  const kill = () => {
    if (isRunning()) process.kill(-command.pid!, 'SIGKILL');
  };
  process.once('exit', kill);
  const close = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  const baseUrl = `http://127.0.0.1:${port}`;
  for (let tenth = 0; tenth < startSeconds * 10 && isRunning(); tenth++) {
    const isUp = await fetch(`${baseUrl}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { baseUrl, close };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await close();
  throw new Error(`mlflow ${words.join(' ')} did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
