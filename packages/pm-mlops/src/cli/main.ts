#!/usr/bin/env node
import { COMMANDS } from './commands/index.ts';
import { runCommandLine } from './run-command-line.ts';

const interrupt = new AbortController();
const stop = (signal: NodeJS.Signals) => {
  if (interrupt.signal.aborted) process.exit(1);
  interrupt.abort(new DOMException(`interrupted by ${signal}`, 'AbortError'));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, {
  cwd: process.cwd(),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  now: () => new Date(),
  fetch: globalThis.fetch,
});
