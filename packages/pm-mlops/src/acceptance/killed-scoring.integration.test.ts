import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScoreResult } from '../pipelines/score.ts';
import { type PmProcess, startPm } from './testing/pm-process.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];
const SCORE = ['score', ...CONFIG, '--model', 'models:/small/Staging', '--new'];

let place: Workplace;
let expected: { readonly due: ScoreResult['due']; readonly tables: string };

/** A lake that was scored until a delivery of late rows, a repair and new days came: `lake-before`. */
beforeAll(async () => {
  place = createWorkplace({ small: smallWorkflow({ trees: 3, maxDepth: 4 }) });
  await place.json('simulate', ...CONFIG, '--out', 'files');
  mkdirSync(place.path('arrived'));
  arrive((line) => line < '2015-03-05' && !/^2015-02-0[3-6].*,3,/.test(line));
  await place.json('ingest', ...CONFIG, '--source', 'arrived');
  await place.json('train', ...CONFIG);
  await place.json(...SCORE);
  arrive(() => true);
  writeFileSync(
    place.path('arrived/PdM_maint-late.csv'),
    'datetime,machineID,comp\n2015-02-27 06:00:00,7,comp2\n',
  );
  await place.json('ingest', ...CONFIG);
  cpSync(place.path('lake'), place.path('lake-before'), { recursive: true });
  const { due } = await place.json<ScoreResult>(...SCORE);
  expected = { due, tables: await tables() };
}, 60_000);
afterAll(() => place.remove());
beforeEach(() => {
  rmSync(place.path('lake'), { recursive: true });
  cpSync(place.path('lake-before'), place.path('lake'), { recursive: true });
});

/** Files with these lines have arrived, machines all. */
function arrive(isHere: (line: string) => boolean): void {
  for (const name of ['machines', 'telemetry', 'errors', 'maint', 'failures']) {
    const [header, ...lines] = readFileSync(place.path(`files/PdM_${name}.csv`), 'utf8')
      .trimEnd()
      .split('\n');
    const here = name === 'machines' ? lines : lines.filter(isHere);
    writeFileSync(place.path(`arrived/PdM_${name}.csv`), `${[header, ...here].join('\n')}\n`);
  }
}

/** Features, predictions apart from when they were made, and the record of what they were made from. */
async function tables(): Promise<string> {
  const texts: string[] = [];
  for (const table of ['features', 'predictions', 'scored_inputs'])
    texts.push((await place.pm('tables', 'export', table)).out.replaceAll(/(?<=,)20[2-9]\d-[^,]*/g, ''));
  return texts.join('\n');
}

/** Waits until a table gets a file, whole or not; a process that ends first has written it. */
async function writes(process: PmProcess, table: string): Promise<void> {
  const before = place.files(`lake-before/${table}`);
  let isOver = false;
  void process.ended.then(() => {
    isOver = true;
  });
  while (!isOver && place.files(`lake/${table}`).every((file) => before.includes(file))) await sleep(1);
}

/** Kills a command at a moment, then scores to the end: as if nothing had been killed, whether or not it was in time. */
async function expectNoTrace(
  words: readonly string[],
  until: (process: PmProcess) => Promise<void>,
): Promise<void> {
  const process = startPm(place, ...words);
  await until(process);
  process.kill('SIGKILL');
  await process.ended;
  const { due } = await place.json<ScoreResult>(...SCORE);
  if (due!.new > 0) expect(due).toEqual(expected.due);
  expect(await tables()).toBe(expected.tables);
}

describe('pm score --new', () => {
  it('scores each window once', async () => {
    const { due } = expected;
    expect(due!.new).toBeGreaterThan(0);
    expect(due!.rewritten).toBeGreaterThan(0);
    const again = await place.json<ScoreResult>(...SCORE);
    expect([again.due, await tables()]).toEqual([due, expected.tables]);
    expect((await place.json<ScoreResult>(...SCORE)).due).toMatchObject({ new: 0, rewritten: 0 });
  });

  it('killed while features are written, and run again: as if it had not been', () =>
    expectNoTrace(SCORE, (process) => writes(process, 'features')));
  it('killed once the features are written', () =>
    expectNoTrace(SCORE, (process) => process.shows('bring the features up to date')));
  it('killed while results are written', () =>
    expectNoTrace(SCORE, (process) => writes(process, 'predictions')));
  it('killed while the record is written after the results', () =>
    expectNoTrace(SCORE, (process) => writes(process, 'scored_inputs')));

  it('twice at once: one scores, the other is told so or finds nothing left', async () => {
    const both = [startPm(place, ...SCORE, '--json'), startPm(place, ...SCORE, '--json')];
    const said = await Promise.all(both.map(({ ended }) => ended));
    const done = said
      .filter(({ code }) => code === 0)
      .map(({ out }) => (JSON.parse(out) as ScoreResult).due!);
    expect(done.filter((due) => due.new > 0)).toEqual([expected.due]);
    for (const { out } of said.filter(({ code }) => code !== 0)) expect(out).toContain('lake-locked');
    expect((await place.json<ScoreResult>(...SCORE)).due).toMatchObject({ new: 0, rewritten: 0 });
    expect(await tables()).toBe(expected.tables);
  });
});

describe('pm features', () => {
  it('killed while features are written, then scored: as if it had not been', () =>
    expectNoTrace(['features', ...CONFIG], (process) => writes(process, 'features')));
});
