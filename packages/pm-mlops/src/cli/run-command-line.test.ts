import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { UserError } from 'pm-core';
import { describe, expect, it } from 'vitest';
import { defineCommand } from './command.ts';
import { runCommandLine, runNamedCommand, type World } from './run-command-line.ts';

const echo = defineCommand({
  name: 'things list',
  describe: 'list things',
  examples: [['things list m1', 'one']],
  options: {
    id: { type: 'string', positional: 'required', describe: 'an id' },
    maxRows: { type: 'integer', default: 7, describe: 'rows' },
    parts: { type: 'integer', least: 1, describe: 'parts' },
    port: { type: 'integer', least: 1, most: 65_535, describe: 'port' },
    from: { type: 'timestamp', describe: 'from' },
    sort: { type: 'string', choices: ['risk', 'name'], default: 'risk', describe: 'order' },
    param: { type: 'string', repeatable: true, describe: 'k=v' },
    all: { type: 'boolean', default: false, describe: 'all' },
  },
  async run(args, context) {
    return { json: { ...args, lake: context.lakeDirectory }, text: `lake ${context.lakeDirectory}` };
  },
});
const show = defineCommand({
  name: 'things show',
  describe: 'show',
  examples: [],
  options: {},
  run: async () => ({ json: {}, text: '', exitCode: 3 }),
});
const broken = defineCommand({
  name: 'broken',
  describe: 'always fails',
  examples: [],
  options: {},
  async run() {
    throw new UserError('lake-locked', 'The lake is in use.', { next: 'Wait.' });
  },
});
const COMMANDS = [echo, show, broken];

async function pm(...words: string[]) {
  return pmIn(mkdtempSync(join(tmpdir(), 'pm-cli-')), ...words);
}
async function pmIn(cwd: string, ...words: string[]) {
  const world = { ...fakeWorld(cwd) };
  const code = await runCommandLine(words, COMMANDS, world);
  return { code, out: String(world.stdout.read() ?? ''), err: String(world.stderr.read() ?? '') };
}
function fakeWorld(cwd: string): World & { stdout: PassThrough; stderr: PassThrough } {
  return {
    cwd,
    environment: {},
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    signal: new AbortController().signal,
    now: () => new Date(0),
    fetch,
  };
}

describe('the command line', () => {
  it('keeps what looks like a number as the text it is', async () => {
    for (const id of ['007', '12.0', '87e3202', '9'.repeat(30), '0x10']) {
      const { code, out } = await pm('things', 'list', id, '--json');
      expect([code, JSON.parse(out).id]).toEqual([0, id]);
    }
  });

  it('gives defaults, kebab-case flags, repeated flags and UTC times to the command', async () => {
    const { out } = await pm(
      ...[
        'things',
        'list',
        'm1',
        '--max-rows',
        '3',
        '--from',
        '2015-01-02',
        '--param',
        'a=1',
        '--param',
        'b=2',
        '--json',
      ],
    );
    expect(JSON.parse(out)).toMatchObject({
      id: 'm1',
      maxRows: 3,
      from: '2015-01-02T00:00:00',
      sort: 'risk',
      param: ['a=1', 'b=2'],
      all: false,
    });
  });

  it.each([
    [['things', 'list', 'm1', '--max-rows', 'many'], /--max-rows must be a whole number/],
    [['things', 'list', 'm1', '--max-rows', '-3'], /--max-rows must be a whole number ≥ 0, not '-3'/],
    [['things', 'list', 'm1', '--max-rows', '1.5'], /--max-rows must be a whole number ≥ 0, not '1.5'/],
    [['things', 'list', 'm1', '--max-rows', ''], /--max-rows must be a whole number ≥ 0, not ''/],
    [['things', 'list', 'm1', '--parts', '0'], /--parts must be a whole number ≥ 1, not '0'/],
    [['things', 'list', 'm1', '--port', '65536'], /--port must be a whole number from 1 to 65535/],
    [['things', 'list', 'm1', '--from', '2015-02-30'], /--from must be a UTC time/],
    [['things', 'list', 'm1', '--sort', 'age'], /age/],
    [['things', 'list', 'm1', '--unknown', '1'], /unknown/i],
    [['things', 'list', 'm1', '--max-rows', '3', '--max-rows', '4'], /more than once/],
    [['things', 'list'], /Not enough/],
    [['things'], /things list/],
    [['nothing'], /Did you mean things/],
    [[], /Name a command/],
  ])('answers %j with exit code 2 and says what is wrong', async (words, message) => {
    const { code, out, err } = await pm(...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('prints help with examples and exits 0', async () => {
    const { code, out } = await pm('things', 'list', '--help');
    expect(code).toBe(0);
    expect(out).toContain('pm things list m1');
  });

  it("passes a command's exit code on", async () => {
    expect((await pm('things', 'show')).code).toBe(3);
  });

  it('tells what happened and what to do next, as one JSON document if asked', async () => {
    expect(await pm('broken')).toEqual({ code: 1, out: '', err: 'pm: The lake is in use.\nNext: Wait.\n' });
    const { code, out } = await pm('broken', '--json');
    expect([code, JSON.parse(out)]).toEqual([
      1,
      { error: { code: 'lake-locked', message: 'The lake is in use.', next: 'Wait.' } },
    ]);
  });

  it('names file, line and column of a fault in the workflow file', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-cli-'));
    const split = 'split:\n  trainUntil: 2015-08-31T18:00:00\n  testFrom: 2015-09-08T06:00:00\n';
    writeFileSync(join(cwd, 'unknown.yaml'), `name: x\n${split}model:\n  treees: 3\n`);
    expect((await pmIn(cwd, 'things', 'show', '--config', 'unknown.yaml')).err).toMatch(
      /unknown\.yaml:6:3.*treees/,
    );
    writeFileSync(join(cwd, 'gap.yaml'), `name: x\npredictionWindowHours: 2000\n${split}`);
    expect((await pmIn(cwd, 'things', 'show', '--config', 'gap.yaml')).err).toMatch(
      /gap\.yaml:5:3: split\.testFrom: the gap .* 180 h/,
    );
    writeFileSync(join(cwd, 'broken.yaml'), 'name: [x\n');
    expect((await pmIn(cwd, 'things', 'show', '--config', 'broken.yaml')).err).toMatch(
      /broken\.yaml:2:1: .*\nNext: Look at the indentation/,
    );
    writeFileSync(join(cwd, 'alias.yaml'), `name: x\nmodel: *usual\n`);
    expect((await pmIn(cwd, 'things', 'show', '--config', 'alias.yaml')).err).toMatch(
      /alias\.yaml:2:8: \*usual refers to nothing/,
    );
    expect((await pmIn(cwd, 'things', 'show', '--config', 'none.yaml')).err).toMatch(
      /none\.yaml was not found/,
    );
  });
});

it('runs a command by name with flags as typed, an empty one being a flag not given, an unknown one refused', async () => {
  const run = (flags: Record<string, string>) =>
    runNamedCommand('things list', flags, COMMANDS, fakeWorld('/'));
  const outcome = await run({ id: 'm1', 'max-rows': '3', from: '', sort: 'name', lake: '/a' });
  expect(outcome.json).toMatchObject({ id: 'm1', maxRows: 3, sort: 'name', lake: '/a' });
  await expect(run({ id: 'm1', 'max-row': '3' })).rejects.toThrow('no flag --max-row');
});
