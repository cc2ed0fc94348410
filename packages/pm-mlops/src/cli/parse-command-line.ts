import yargs, { type Argv } from 'yargs';
import { checkArguments } from './check-arguments.ts';
import { type Command, flagName, type Option } from './command.ts';
import { packageVersion } from './package-root.ts';
import { UsageError } from './usage-error.ts';

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly config: string | undefined;
  readonly lake: string | undefined;
  readonly json: boolean;
}

/** Help text, or the command to run with its checked arguments. */
export type ParsedLine =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly args: Record<string, unknown>;
      readonly flags: GlobalFlags;
    };

/**
 * Reads a command line against the list of commands.
 * @throws UsageError naming what is wrong and the nearest help.
 */
export async function parseCommandLine(
  words: readonly string[],
  commands: readonly Command[],
): Promise<ParsedLine> {
  // Not yargs' own: `pm promote --version N` means a model's.
  if (words.length === 1 && words[0] === '--version') return { kind: 'text', text: packageVersion() };
  let parsed: ParsedLine | undefined;
  let root: Argv = yargs()
    .scriptName('pm')
    .usage(
      '$0 COMMAND\n\nPredictive maintenance: raw tables, features, a model in the MLflow registry, a scored table.',
    )
    .parserConfiguration({ 'parse-numbers': false, 'parse-positional-numbers': false, 'dot-notation': false })
    .option('config', {
      type: 'string',
      requiresArg: true,
      describe: 'workflow file [config/predictive-maintenance.yaml]',
    })
    .option('lake', { type: 'string', requiresArg: true, describe: 'folder of the tables [./lake]' })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'one JSON document on stdout, nothing else there',
    })
    .version(false)
    .help()
    .wrap(110)
    .strict()
    .recommendCommands()
    .demandCommand(1, 'Name a command.')
    .exitProcess(false);

  const accept = (command: Command, argv: Record<string, unknown>) => {
    const flags = { config: argv.config, lake: argv.lake, json: argv.json } as GlobalFlags;
    parsed = { kind: 'command', command, args: checkArguments(command, argv), flags };
  };
  for (const [group, members] of groupByFirstWord(commands)) {
    if (members.length === 1 && !members[0]!.name.includes(' '))
      root = addCommand(root, members[0]!, group, accept);
    else
      root = root.command(group, members.map((m) => m.name.split(' ')[1]).join(', '), (nested: Argv) =>
        members
          .reduce((inner, member) => addCommand(inner, member, member.name.split(' ')[1]!, accept), nested)
          .demandCommand(1, `Name one of: ${members.map((m) => m.name).join(', ')}`),
      );
  }

  let text = '';
  let fault: string | undefined;
  root = root.fail((message, error) => {
    if (error instanceof UsageError) throw error;
    fault ??= message ?? String(error);
  });
  await root.parseAsync([...words], {}, (_error: unknown, _argv: unknown, output: string) => {
    text = output;
  });
  if (fault !== undefined) throw new UsageError(fault);
  if (parsed !== undefined && text === '') return parsed;
  return { kind: 'text', text };
}

function groupByFirstWord(commands: readonly Command[]): Map<string, Command[]> {
  return Map.groupBy(commands, (command) => command.name.split(' ')[0]!);
}

function addCommand(
  parent: Argv,
  command: Command,
  word: string,
  accept: (command: Command, argv: Record<string, unknown>) => void,
): Argv {
  const entries = Object.entries(command.options);
  const positionals = entries.filter(([, option]) => option.positional !== undefined);
  const shape = positionals.map(([name, option]) => {
    const word = `${flagName(name)}${option.repeatable ? '..' : ''}`;
    return option.positional === 'required' ? `<${word}>` : `[${word}]`;
  });
  return parent.command(
    [word, ...shape].join(' '),
    command.describe,
    (inner: Argv) => {
      for (const [name, option] of entries) addOption(inner, name, option);
      return inner.epilogue(examplesText(command));
    },
    (argv) => accept(command, argv as Record<string, unknown>),
  );
}

/** Not yargs' own examples: those break a long line, which then cannot be copied. */
function examplesText({ examples }: Command): string {
  return ['Examples:', ...examples.flatMap(([line, meaning]) => [`  pm ${line}`, `      ${meaning}`])].join(
    '\n',
  );
}

function addOption(parent: Argv, name: string, option: Option): void {
  const common = {
    describe: option.describe,
    type: option.type === 'boolean' ? ('boolean' as const) : ('string' as const),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    ...(option.default === undefined
      ? {}
      : { default: option.type === 'boolean' ? option.default : String(option.default) }),
  };
  if (option.positional !== undefined) parent.positional(flagName(name), common);
  else
    parent.option(flagName(name), {
      ...common,
      ...(option.type === 'boolean' ? {} : { requiresArg: true }),
      ...(option.repeatable ? { array: true } : {}),
    });
}
