import { type ChildProcess, spawn } from 'node:child_process';

export interface ProcessServer {
  readonly baseUrl: string;
  close(): Promise<void>;
}

const startSeconds = 60;

/**
 * Runs a server that prints its address, answering when it did.
 * @throws Error with what it printed, when it ends or prints no `http://127.0.0.1:PORT` within a minute.
 */
export async function startProcessServer(
  command: string,
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<ProcessServer> {
  const server = spawn(command, options, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const close = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  try {
    return { baseUrl: await printedAddress(server), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = () => reject(new Error(`${server.spawnfile} did not start:\n${printed}`));
    const timer = setTimeout(fail, startSeconds * 1000);
    const read = (text: Buffer) => {
      printed = (printed + text).slice(-4000);
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', fail).once('exit', fail);
  });
}
