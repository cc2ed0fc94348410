import { expect } from 'vitest';
import type { Workplace } from './workplace.ts';

/** The `error` of a document that a failed command leaves with `--json`. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
}

/**
 * Runs a command line that must fail with `exitCode`, and holds what every failure has to keep: one document on stdout, the
 * same words and no stack on stderr, the lake as it was, its lock free.
 */
export async function refusal(
  place: Workplace,
  words: readonly string[],
  exitCode: 1 | 2 = 1,
): Promise<Refusal> {
  const before = place.manifest();
  const { code, out, err } = await place.pm(...words, '--json');
  const { error } = JSON.parse(out) as { error: Refusal };
  expect([code, error.code]).toEqual([exitCode, expect.not.stringMatching('internal')]);
  expect(err).toContain(`pm: ${error.message}\n`);
  expect(err).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  expect(place.manifest()).toBe(before);
  expect(place.files('lake').filter((name) => /lock|draft|scratch/.test(name))).toEqual([]);
  return error;
}
