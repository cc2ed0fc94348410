import { checkArguments } from './check-arguments.ts';
import { type Command, flagName } from './command.ts';
import type { GlobalFlags } from './parse-command-line.ts';
import { UsageError } from './usage-error.ts';

/** A command that a job calls, its arguments checked. */
export interface NamedCommand {
  readonly command: Command;
  readonly args: Record<string, unknown>;
  readonly flags: GlobalFlags;
}

/**
 * Finds a command by name and reads its flags, named as they would be typed (`results-table`); an empty one is not given.
 * @throws UsageError for an unknown command or flag, or a value that the flag cannot have.
 */
export function namedCommand(
  name: string,
  given: Readonly<Record<string, string>>,
  commands: readonly Command[],
): NamedCommand {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new UsageError(`There is no command '${name}'.`);
  const { config, lake, ...own } = given;
  const values = Object.fromEntries(
    Object.entries(own).flatMap(([flag, value]) => (value === '' ? [] : [[optionOf(command, flag), value]])),
  );
  const flags = { config: config || undefined, lake: lake || undefined, json: false };
  return { command, args: checkArguments(command, values), flags };
}

function optionOf(command: Command, flag: string): string {
  const option = Object.keys(command.options).find((known) => flagName(known) === flag);
  if (option !== undefined) return option;
  throw new UsageError(`pm ${command.name} has no flag --${flag}.`);
}
