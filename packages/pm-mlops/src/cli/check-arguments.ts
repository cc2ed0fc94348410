import { parseTimestamp } from 'pm-core';
import { type Command, flagName, type Option } from './command.ts';
import { UsageError } from './usage-error.ts';

/**
 * Turns the words given for a command into typed values; missing ones take the option's default.
 * @throws UsageError when a value is not of its option's type.
 */
export function checkArguments(
  command: Command,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [name, checkOption(name, option, given[name])]),
  );
}

function checkOption(name: string, option: Option, given: unknown): unknown {
  if (option.repeatable)
    return (given === undefined ? [] : [given].flat()).map((word) => checkValue(name, option, word));
  if (Array.isArray(given)) throw new UsageError(`--${flagName(name)} was given more than once.`);
  const value = given ?? option.default;
  return value === undefined ? undefined : checkValue(name, option, value);
}

function checkValue(name: string, option: Option, given: unknown): unknown {
  const flag = option.positional === undefined ? `--${flagName(name)}` : flagName(name).toUpperCase();
  const word = String(given);
  if (option.type === 'boolean') return given === true || word === 'true';
  if (option.choices !== undefined && !option.choices.includes(word)) {
    throw new UsageError(`${flag} must be one of ${option.choices.join(', ')}, not '${word}'.`);
  }
  if (option.type === 'integer') return checkInteger(flag, option, word);
  if (option.type === 'timestamp') {
    const timestamp = parseTimestamp(word);
    if (timestamp === undefined)
      throw new UsageError(
        `${flag} must be a UTC time such as 2015-09-01 or 2015-09-01T06:00:00, not '${word}'.`,
      );
    return timestamp;
  }
  return word;
}

function checkInteger(
  flag: string,
  { least = 0, most = Number.POSITIVE_INFINITY }: Option,
  word: string,
): number {
  const value = /^\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
  if (value >= least && value <= most) return value;
  const bounds = most === Number.POSITIVE_INFINITY ? `≥ ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${flag} must be a whole number ${bounds}, not '${word}'.`);
}
