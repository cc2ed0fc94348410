import type { CommandContext } from './context.ts';
import type { Outcome } from './outcome.ts';

/** One flag or positional of a command. `integer` and `timestamp` are checked before the command runs. */
export interface Option {
  readonly type: 'string' | 'integer' | 'timestamp' | 'boolean';
  readonly describe: string;
  /** Of an integer: least ≤ value ≤ most; 0 and none by default. */
  readonly least?: number;
  readonly most?: number;
  readonly choices?: readonly string[];
  readonly default?: string | number | boolean;
  /** Taken by place instead of by flag, in the order of declaration. */
  readonly positional?: 'required' | 'optional';
  /** May be given several times; the value is an array. */
  readonly repeatable?: true;
}
export type Options = Readonly<Record<string, Option>>;

type Single<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O['type'] extends 'integer'
    ? number
    : string;
type Value<O extends Option> = O extends { repeatable: true } ? readonly Single<O>[] : Single<O>;
type Missing<O extends Option> = O extends
  | { default: unknown }
  | { positional: 'required' }
  | { repeatable: true }
  ? never
  : undefined;
export type Arguments<O extends Options> = { readonly [Name in keyof O]: Value<O[Name]> | Missing<O[Name]> };

/** A command is data plus a handler: only main sets the exit code and writes the outcome. Names are camelCase here, kebab-case on the line. */
export interface Command<O extends Options = Options> {
  /** Words as typed, such as `models list`. */
  readonly name: string;
  readonly describe: string;
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  readonly options: O;
  run(args: Arguments<O>, context: CommandContext): Promise<Outcome>;
}

/** Keeps the literal types of the options, so that `run` sees exact arguments. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command =>
  command as unknown as Command;

/** `resultsTable` → `results-table`. */
export const flagName = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
