#!/usr/bin/env node
import { COMMANDS } from './commands/index.ts';
import { ReaderLeft } from './reader-left.ts';
import { runCommandLine } from './run-command-line.ts';

const interrupt = new AbortController();
const stop = (signal: NodeJS.Signals) => {
  if (interrupt.signal.aborted) process.exit(1);
  interrupt.abort(new DOMException(`interrupted by ${signal}`, 'AbortError'));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    interrupt.abort(new ReaderLeft('nobody reads the output any more'));
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, {
  cwd: process.cwd(),
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  now: () => new Date(),
  fetch: globalThis.fetch,
});
