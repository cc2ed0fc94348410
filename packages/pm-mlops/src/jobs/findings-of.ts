import type { z } from 'zod';
import type { Finding } from './fault.ts';

/** zod's issues as findings in words of YAML: one for each unknown key, at that key. Parse with `reportInput` for them. */
export function findingsOf(error: z.ZodError): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code !== 'unrecognized_keys') return [{ path, ...inWords(issue) }];
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is not a known field',
      next: 'Check its spelling and its indentation.',
    }));
  });
}

function inWords(issue: z.core.$ZodIssue): Omit<Finding, 'path'> {
  if (issue.code === 'invalid_type') return typeInWords(issue.expected, issue.input);
  if (issue.code === 'invalid_value') return valueInWords(issue.values.map(String), issue.input);
  if (issue.code === 'too_small' && issue.origin !== 'number' && issue.origin !== 'int')
    return { message: 'is empty', next: `Give at least ${issue.minimum}, or take the field away.` };
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const [word, bound] =
      issue.code === 'too_small' ? ['least', issue.minimum] : (['most', issue.maximum] as const);
    return { message: `must be at ${word} ${bound}, not ${issue.input}` };
  }
  return { message: issue.message };
}

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  record: 'a map',
  string: 'a text',
};

function typeInWords(expected: string, input: unknown): Omit<Finding, 'path'> {
  const wanted = NAMES[expected] ?? expected;
  if (input === undefined) return { message: 'is missing', next: `Add it: ${wanted}.` };
  const message = `must be ${wanted}, not ${given(input)}`;
  if (expected === 'string' && typeof input !== 'object') return { message, next: 'Put it in quotes.' };
  if (typeof input === 'string' && /^(-?\d+|true|false)$/.test(input))
    return { message, next: 'Write it without quotes.' };
  return { message, next: input === null ? 'Give it a value, or take the field away.' : `Write ${wanted}.` };
}

function given(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a map' : typeof input === 'string' ? `'${input}'` : String(input);
}

function valueInWords(values: readonly string[], input: unknown): Omit<Finding, 'path'> {
  if (input === undefined) return { message: 'is missing', next: `Add it: ${values.join(', ')}.` };
  const meant = values.find((value) => value.toLowerCase() === String(input).toLowerCase());
  const next = meant === undefined ? `Choose one of ${values.join(', ')}.` : `Write ${meant}.`;
  return { message: `${given(input)} is not known here`, next };
}
