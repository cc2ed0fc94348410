import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../cli/commands/index.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const makefile = text('Makefile');

/** The `make` calls of a text, in order: target and variables. */
const callsIn = (script: string): string[] =>
  [...script.matchAll(/^\s*(?:- (?:run|script): )?(make .*)$/gm)].map(([, call]) => call!.trim());

interface GithubJob {
  readonly needs?: string;
  readonly environment?: string;
  readonly if?: string;
  readonly steps: readonly { readonly run?: string }[];
}
const github: { jobs: Record<string, GithubJob> } = parse(text('.github/workflows/delivery.yml'));
const steps = Object.entries(github.jobs).map(
  ([name, job]) => [name, callsIn(job.steps.map(({ run = '' }) => run).join('\n'))] as const,
);
const calls = steps.flatMap(([, made]) => made);

describe('the delivery', () => {
  it('tests, delivers to dev and staging, waits for an approval, and only then goes to production', () => {
    const order = Object.entries(github.jobs).map(([name, { needs, environment }]) => [
      name,
      needs,
      environment,
    ]);
    expect(order).toEqual([
      ['test', undefined, undefined],
      ['dev', 'test', 'dev'],
      ['staging', 'dev', 'staging'],
      ['production', 'staging', 'production'],
    ]);
    expect(github.jobs.dev!.if).toBe("github.event_name == 'push'");
  });

  it('is the same in Azure DevOps as in GitHub Actions, call for call', () => {
    const azure: { stages: { stage: string; dependsOn?: string }[] } = parse(text('azure-pipelines.yml'));
    expect(azure.stages.map(({ stage, dependsOn }) => [stage, dependsOn])).toEqual(
      Object.entries(github.jobs).map(([name, { needs }]) => [name, needs]),
    );
    const azureCalls = callsIn(text('azure-pipelines.yml'));
    expect(azureCalls).toEqual(calls);
  });

  it.each([...new Set(calls)])(
    '%s is a target, its variables are known, and what it runs are commands',
    (call) => {
      const [, target, ...variables] = call.split(' ');
      expect(makefile).toMatch(new RegExp(`^${target}:.*## `, 'm'));
      for (const variable of variables)
        expect(makefile).toMatch(new RegExp(`^${variable.split('=')[0]} \\?=`, 'm'));
      const said = execFileSync('make', ['-n', '-o', 'install', '-o', 'dist', target!, ...variables], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      const lines = [...said.matchAll(/(?:^|\s)\.\/pm (.*)$/gm)].map(([, line]) => line!);
      expect(target === 'ci' || lines.length > 0).toBe(true);
      for (const line of lines)
        expect(COMMANDS.filter(({ name }) => `${line} `.startsWith(`${name} `))).toHaveLength(1);
    },
  );

  it('is explained, target for target', () => {
    const explained = text('docs/ci-cd.md');
    for (const call of calls) expect(explained).toContain(call.split(' ')[1]);
  });
});
