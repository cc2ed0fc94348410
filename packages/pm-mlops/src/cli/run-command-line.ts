import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { UserError } from 'pm-core';
import type { Command } from './command.ts';
import type { CommandContext } from './context.ts';
import { isDatabricks, isForPeople, isTracking } from './error-kinds.ts';
import type { Terminal } from './live-lines.ts';
import { DEFAULT_CONFIG, DEFAULT_LAKE, loadConfig } from './load-config.ts';
import { namedCommand } from './named-command.ts';
import type { Outcome } from './outcome.ts';
import { type GlobalFlags, parseCommandLine } from './parse-command-line.ts';
import { createProgress } from './progress.ts';
import { ReaderLeft } from './reader-left.ts';
import { UsageError } from './usage-error.ts';

/** The outside of a process, as far as commands need it. */
export interface World {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & Omit<Terminal, 'write'>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

/** Runs one command line to its end and returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 the gate said no. */
export async function runCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  world: World,
): Promise<number> {
  const wantsJson = words.includes('--json');
  try {
    const parsed = await parseCommandLine(words, commands);
    if (parsed.kind === 'text') {
      world.stdout.write(`${parsed.text}\n`);
      return 0;
    }
    const outcome = await parsed.command.run(
      parsed.args as never,
      createContext(parsed.flags, world, commands),
    );
    const shown = parsed.flags.json ? JSON.stringify(outcome.json, null, 2) : outcome.text;
    if (shown) world.stdout.write(`${shown}\n`);
    return outcome.exitCode ?? 0;
  } catch (error) {
    if (error instanceof ReaderLeft) return 0;
    if (wantsJson) world.stdout.write(`${JSON.stringify({ error: errorDocument(error) }, null, 2)}\n`);
    world.stderr.write(errorText(error, world.environment.PM_DEBUG === '1'));
    return error instanceof UsageError ? 2 : 1;
  }
}

/**
 * Runs a command by name with flags as they would be typed (`results-table`), inside this process, and shows its text.
 * @throws UsageError for an unknown command or flag, and whatever the command throws.
 */
export async function runNamedCommand(
  name: string,
  flags: Readonly<Record<string, string>>,
  commands: readonly Command[],
  world: World,
): Promise<Outcome> {
  const { command, args, flags: global } = namedCommand(name, flags, commands);
  const outcome = await command.run(args as never, createContext(global, world, commands));
  if (outcome.text !== '') world.stdout.write(`${outcome.text}\n`);
  return outcome;
}

function createContext(flags: GlobalFlags, world: World, commands: readonly Command[]): CommandContext {
  const configPath = flags.config ?? DEFAULT_CONFIG;
  const config = loadConfig(configPath, world.cwd);
  const lakePath = flags.lake ?? DEFAULT_LAKE;
  const lake = resolve(world.cwd, lakePath);
  return {
    config,
    configPath,
    lakePath,
    // A lake has one origin: workflows of plain tables have theirs below it, each under its name.
    lakeDirectory: config.kind === 'tabular' ? join(lake, config.name) : lake,
    cwd: world.cwd,
    environment: world.environment,
    now: world.now,
    fetch: world.fetch,
    signal: world.signal,
    ...createProgress(world.stderr, () => world.now().getTime()),
    checkCommand: (name, given) => void namedCommand(name, given, commands),
    runCommand: (name, given, signal) => {
      const stdout = flags.json ? world.stderr : world.stdout;
      return runNamedCommand(name, given, commands, { ...world, stdout, signal });
    },
    wantsJson: flags.json,
    stdin: world.stdin,
    stdout: world.stdout,
  };
}

function errorDocument(error: unknown): { code: string; message: string; next?: string } {
  const message = error instanceof Error ? error.message : String(error);
  const next = error instanceof UserError ? error.next : undefined;
  return { code: errorCode(error), message, ...(next === undefined ? {} : { next }) };
}

/** What a script branches on. */
function errorCode(error: unknown): string {
  if (error instanceof UserError) return error.code;
  if (error instanceof UsageError) return 'usage';
  if (isDatabricks(error)) return 'databricks';
  const { name } = error instanceof Error ? error : {};
  return name === 'AbortError' ? 'interrupted' : isTracking(error) ? 'tracking' : 'internal';
}

function errorText(error: unknown, debug: boolean): string {
  const { message, next } = errorDocument(error);
  if (error instanceof UsageError) return `pm: ${message}\nNext: pm --help, or pm COMMAND --help\n`;
  const stack = error instanceof Error && (debug || !isForPeople(error)) ? `\n${error.stack ?? ''}` : '';
  return `pm: ${message}\n${next === undefined ? '' : `Next: ${next}\n`}${stack}`;
}
