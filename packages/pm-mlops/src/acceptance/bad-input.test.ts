import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registered, runsOf } from './testing/documents.ts';
import { refusal } from './testing/refusal.ts';
import { SMALL_FLEET, smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace, workplaceForTest } from './testing/workplace.ts';

const SMALL = smallWorkflow({ trees: 5, maxDepth: 6 });
const CONFIG = ['--config', 'config/small.yaml'];

const VERSION_1 = ['--model', 'models:/small/1'];

/** One trained version in Staging, a results and a feature table of other names; tests that damage the folder work on a copy. */
let trained: Workplace;
beforeAll(async () => {
  trained = createWorkplace({ small: SMALL });
  await trained.json('ingest', ...CONFIG);
  await trained.json('train', ...CONFIG);
  await trained.json('score', ...CONFIG, ...VERSION_1, '--results-table', 'risks');
  await trained.json('features', ...CONFIG, '--table', 'january', '--to', '2015-01-31');
});
afterAll(() => trained.remove());

const copyOfTrained = (): Workplace => {
  const place = workplaceForTest({});
  cpSync(trained.directory, place.directory, { recursive: true });
  return place;
};

describe('a workflow file', () => {
  it('with an unknown key is refused at its line and column', async () => {
    trained.writeWorkflow('typo', { ...SMALL, model: { trees: 5, treees: 6 } });
    const { code, message } = await refusal(trained, ['train', '--config', 'config/typo.yaml']);
    expect([code, message]).toEqual([
      'bad-config',
      expect.stringMatching(/typo\.yaml:\d+:\d+: model\.treees: /),
    ]);
  });

  it('with a gap smaller than the prediction window is refused at its line and column', async () => {
    trained.writeWorkflow('gap', { ...SMALL, predictionWindowHours: 200 });
    const { code, message } = await refusal(trained, ['train', '--config', 'config/gap.yaml']);
    expect(code).toBe('bad-config');
    expect(message).toMatch(
      /gap\.yaml:\d+:\d+: split\.testFrom: the gap .* is 168 h, shorter than .*\(200 h\)/,
    );
  });

  it('that is not there is refused by its name', async () => {
    const { code, message } = await refusal(trained, ['train', '--config', 'config/none.yaml']);
    expect([code, message]).toEqual(['no-config', expect.stringContaining('config/none.yaml')]);
  });
});

describe('failures that teach nothing', () => {
  const lakeWith = async (failures: (rows: readonly string[]) => string[]) => {
    const place = workplaceForTest({ small: SMALL });
    await place.json('simulate', ...CONFIG, '--out', 'files');
    const [heading, ...rows] = readFileSync(place.path('files/PdM_failures.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    writeFileSync(place.path('files/PdM_failures.csv'), `${[heading, ...failures(rows)].join('\n')}\n`);
    await place.json('ingest', ...CONFIG, '--source', 'files');
    await place.json('features', ...CONFIG);
    return place;
  };

  it('before none of the training rows: refused, and no run is left', async () => {
    const place = await lakeWith((rows) => rows.filter((row) => row >= '2015-03-15'));
    const { code, out } = await place.pm('train', ...CONFIG, '--json');
    const { error } = JSON.parse(out);
    expect([code, error.code]).toEqual([1, 'no-failure-in-training']);
    expect(error.message).toMatch(/none of the \d+ training rows .* lies before a failure/);
    expect(await runsOf(place, CONFIG[1]!)).toEqual([]);
    expect(await registered(place)).toEqual({});
  });

  it('and all of one class: refused, and no run is left', async () => {
    const place = await lakeWith(() => failuresEveryFiveDays());
    const { code, out } = await place.pm('train', ...CONFIG, '--json');
    const { error } = JSON.parse(out);
    expect([code, error.code]).toEqual([1, 'one-class-only']);
    expect(error.message).toMatch(
      /all \d+ training rows .* have the label 1: there is nothing to tell apart/,
    );
    expect(await runsOf(place, CONFIG[1]!)).toEqual([]);
  });
});

describe('scoring', () => {
  it('without any registered model says so and names the next step', async () => {
    const place = workplaceForTest({ small: SMALL });
    await place.json('ingest', ...CONFIG);
    const { code, message, next } = await refusal(place, ['score', ...CONFIG]);
    expect(code).toBe('model-not-found');
    expect(message).toBe('models:/small/Production points at nothing: no model is registered as small.');
    expect(next).toContain('pm train');
  });

  it('without a version in Production says what there is', async () => {
    const { code, message } = await refusal(trained, ['score', ...CONFIG]);
    expect(code).toBe('model-not-found');
    expect(message).toContain('small has version 1 in Staging');
  });

  it('with a model of other lookbacks names the features that are not there', async () => {
    trained.writeWorkflow('short', { ...SMALL, name: 'small', features: { lookbackHours: [12, 24] } });
    const { code, message } = await refusal(trained, [
      ...['score', '--config', 'config/short.yaml', '--model', 'models:/small/Staging'],
    ]);
    expect(code).toBe('missing-columns');
    expect(message).toContain('small version 1');
    expect(message).toContain('volt_mean_36h');
    expect(message).not.toContain('volt_mean_24h');
  });

  it('of a period without rows says so', async () => {
    const words = ['score', ...CONFIG, ...VERSION_1, '--from', '2016-01-01'];
    expect((await refusal(trained, words)).code).toBe('no-rows-to-score');
  });
});

it('a promotion of a version that is not there says what there is', async () => {
  const { code, message } = await refusal(trained, ['promote', ...CONFIG, '--version', '9']);
  expect([code, message]).toEqual([
    'model-not-found',
    expect.stringContaining('small has version 1 in Staging'),
  ]);
});

it.each([
  ['features', '--table', 'predictions'],
  ['features', '--table', 'risks'],
  ['features', '--table', 'labeled_features'],
  ['score', '--results-table', 'machines'],
  ['score', '--results-table', 'features'],
  ['score', '--results-table', 'january'],
])('pm %s %s %s does not take the place of a table of another kind', async (command, flag, table) => {
  const words = [command, ...CONFIG, ...(command === 'score' ? VERSION_1 : []), flag, table];
  expect(await refusal(trained, words)).toMatchObject({
    code: 'bad-table-name',
    message: expect.stringContaining(`'${table}' cannot be the name of a`),
  });
});

describe('a place that cannot be written', () => {
  it.each([
    ['the lake', ['ingest', ...CONFIG, '--lake', 'config/small.yaml/lake'], 'lake-not-writable'],
    ['the lake of a training', ['train', ...CONFIG, '--lake', 'config/small.yaml/lake'], 'lake-not-writable'],
    [
      'the files of the simulator',
      ['simulate', ...CONFIG, '--out', 'config/small.yaml/x'],
      'unwritable-folder',
    ],
    ['an export', ['tables', 'export', 'machines', '--output', 'config/small.yaml/x.csv'], 'export-failed'],
    [
      'an export as Parquet',
      ['tables', 'export', 'machines', '--format', 'parquet', '--output', 'no/x'],
      'export-failed',
    ],
  ])('%s: the error names it', async (_what, words, code) => {
    const error = await refusal(trained, words);
    expect(error).toMatchObject({ code, next: expect.any(String) });
    expect(error.message).toContain(trained.path(words.at(-1)!));
  });

  it('the tracking database: the error names it and no model is trained', async () => {
    const place = copyOfTrained();
    rmSync(place.path('mlflow.db'));
    writeFileSync(place.path('mlflow.db'), 'no database');
    const { message } = await refusal(place, ['train', ...CONFIG]);
    expect(message).toContain(place.path('mlflow.db'));
  });
});

describe('a damaged file', () => {
  const damage: Record<string, (path: string) => void> = {
    'cut short': (path) => writeFileSync(path, readFileSync(path).subarray(0, 3000)),
    'overwritten in its middle': (path) => {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0x5a, 500, bytes.length >> 1));
    },
    gone: (path) => rmSync(path),
  };
  it.each(Object.keys(damage))('of the lake, %s, is named with its table', async (how) => {
    const place = copyOfTrained();
    const [file] = readdirSync(place.path('lake/telemetry'));
    damage[how]!(place.path('lake/telemetry', file!));
    const words = ['features', ...CONFIG, '--table', 'other', '--to', '2015-02-01'];
    const { code, message, next } = await refusal(place, words);
    expect([code, next]).toEqual(['lake-damaged', expect.stringContaining('ingest again')]);
    expect(message).toContain(`${place.path('lake/telemetry', file!)} of the table telemetry is`);
  });

  it('of a source is named', async () => {
    const place = workplaceForTest({ small: SMALL });
    await place.json('simulate', ...CONFIG, '--out', 'files');
    rmSync(place.path('files/PdM_errors.csv'));
    writeFileSync(place.path('files/PdM_errors.parquet'), 'PAR1, but nothing else of the kind');
    const { message } = await refusal(place, ['ingest', ...CONFIG, '--source', 'files']);
    expect(message).toContain('PdM_errors.parquet');
    expect(place.manifest()).toBeUndefined();
  });

  it('as lake.json is named', async () => {
    const place = copyOfTrained();
    writeFileSync(place.path('lake/lake.json'), '{"formatVersion": 1');
    const { code, message } = await refusal(place, ['score', ...CONFIG]);
    expect([code, message]).toEqual(['lake-damaged', expect.stringContaining(place.path('lake/lake.json'))]);
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['trainn'], /Did you mean train/],
    [['train', '--trees', '5'], /trees/],
    [['train', '--algorithm', 'magic'], /--algorithm.*random-forest.*magic/s],
    [['score', '--from', 'yesterday'], /--from .*UTC time.*yesterday/],
    [['ingest', '--machines', 'many'], /--machines .*many/],
    [['ingest', '--append', '--replace'], /--append and --replace/],
    [['ingest', '--source', 'files', '--machines', '3'], /--source and --machines/],
    [['ingest', '--tables', 'pumps'], /'pumps'.*telemetry/],
    [['jobs', 'run', 'training', '--param', 'MACHINES'], /--param MACHINES.*NAME=VALUE/],
    [['promote', '--stage', 'None'], /--stage/],
    [['promote', '--version', 'abc'], /--version .*abc/],
    [['models'], /models list/],
    [['tables', 'show'], /name|Not enough/],
  ])('%j ends with exit code 2', async (words, message) => {
    const error = await refusal(trained, words, 2);
    expect([error.code, error.message]).toEqual(['usage', expect.stringMatching(message)]);
  });
});

it('names what a job failed of and passes over what follows', async () => {
  const place = workplaceForTest({ small: { ...SMALL_FLEET, model: { trees: 5, treees: 6 } } });
  const { code, out, err } = await place.pm('jobs', 'run', 'training', '--param', 'WORKFLOW=small');
  expect(code).toBe(1);
  expect(err).toMatch(/config\/small\.yaml:\d+:\d+: model\.treees/);
  expect(out).toMatch(/^ingest .*FAILED/m);
  expect(out).toMatch(/^promote .*UPSTREAM_FAILED/m);
  expect(place.files('lake')).toEqual([]);
});

/** A failure of comp1 on each of the twenty machines every five days, from before the first reading to after the last. */
function failuresEveryFiveDays(): string[] {
  const days = Array.from({ length: 20 }, (_, i) =>
    new Date(Date.UTC(2015, 0, 1 + 5 * i)).toISOString().slice(0, 10),
  );
  const machines = Array.from({ length: 20 }, (_, i) => i + 1);
  return machines.flatMap((machine) => days.map((day) => `${day} 12:00:00,${machine},comp1`));
}
