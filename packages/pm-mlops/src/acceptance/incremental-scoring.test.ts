import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IngestReport } from 'pm-core/ingest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ScoreResult } from '../pipelines/score.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];
const SCORE = ['score', ...CONFIG, '--model', 'models:/small/Staging'];
const FILES = ['machines', 'telemetry', 'errors', 'maint', 'failures'].map((name) => `PdM_${name}.csv`);
/** Machine 3 delivers its readings of these days late. */
const isHeldBack = (line: string) => /^2015-02-(0[3-6]).*,3,/.test(line);
const isBefore = (end: string) => (line: string) => line.slice(0, end.length) < end;

let place: Workplace;
beforeAll(async () => {
  place = createWorkplace({ small: smallWorkflow({ trees: 3, maxDepth: 4 }) });
  await place.json('simulate', ...CONFIG, '--out', 'files');
  await place.json('ingest', ...CONFIG, '--source', 'files', '--lake', 'whole');
  await place.json('train', ...CONFIG, '--lake', 'whole');
  await place.json(...SCORE, '--lake', 'whole');
  mkdirSync(place.path('arrived'));
}, 60_000);
afterAll(() => place.remove());

/** What has arrived so far becomes these lines of the files; then ingest and `score --new`. */
async function deliver(isHere: (line: string) => boolean): Promise<NonNullable<ScoreResult['due']>> {
  for (const file of FILES) {
    const [header, ...lines] = readFileSync(place.path(`files/${file}`), 'utf8')
      .trimEnd()
      .split('\n');
    const here = file === 'PdM_machines.csv' ? lines : lines.filter(isHere);
    writeFileSync(place.path(`arrived/${file}`), `${[header, ...here].join('\n')}\n`);
  }
  await place.json('ingest', ...CONFIG, '--source', 'arrived');
  return (await place.json<ScoreResult>(...SCORE, '--new')).due!;
}

async function predictions(...flags: string[]): Promise<{ key: string; scoredAt: string; rest: string }[]> {
  const { out } = await place.pm('tables', 'export', 'predictions', ...flags);
  const [header, ...lines] = out.trimEnd().split('\n');
  const at = header!.split(',').indexOf('scored_at');
  return lines.map((line) => {
    const cells = line.split(',');
    const [scoredAt] = cells.splice(at, 1);
    return { key: cells.slice(0, 2).join(' '), scoredAt: scoredAt!, rest: cells.join(',') };
  });
}

it('deliveries in any order leave the predictions of one full delivery, each window scored when its rows changed', async () => {
  const first = await deliver((line) => isBefore('2015-02-10')(line) && !isHeldBack(line));
  expect(first).toMatchObject({ rewritten: 0, unchanged: 0 });
  const early = await predictions();
  expect(early).toHaveLength(first.new);

  const next = await deliver((line) => isBefore('2015-02-12')(line) && !isHeldBack(line));
  expect(next.new).toBe(20 * 4); // 20 machines, two days of two windows
  expect(next.rewritten + next.unchanged).toBe(first.new);

  const late = await deliver(isBefore('2015-02-12'));
  expect(late.new).toBe(0);
  // Four days of readings, and the 36 h that look back at them.
  expect(late.rewritten).toBeGreaterThan(2 * 4);
  expect(late.rewritten).toBeLessThanOrEqual(2 * 4 + 3 + 1);

  await deliver(() => true);
  const whole = await predictions('--lake', 'whole');
  expect((await predictions()).map(({ rest }) => rest)).toEqual(whole.map(({ rest }) => rest));
});

it('run again without new rows writes nothing and still shows every machine', async () => {
  const before = place.manifest();
  const again = await place.json<ScoreResult>(...SCORE, '--new');
  expect(again.due).toEqual({ new: 0, rewritten: 0, unchanged: (await predictions()).length });
  expect(place.manifest()).toBe(before);
  const whole = await place.json<ScoreResult>(...SCORE, '--lake', 'whole');
  expect(again.risks).toEqual(whole.risks);
  const { out } = await place.pm(...SCORE, '--new');
  expect(out).toMatch(/0 rows scored with small version 1: 0 new, 0 rewritten, [\d,]+ unchanged\./);
});

it('a correction rewrites the three windows that look back at it, and its old file turns nothing back', async () => {
  const telemetry = place.path('arrived/PdM_telemetry.csv');
  const old = readFileSync(telemetry, 'utf8');
  const reading = /^2015-02-05 12:00:00,3,.*$/m.exec(old)![0];
  const corrected = reading.replace(/^([^,]*,3),[^,]*/, '$1,199.5');
  const header = old.slice(0, old.indexOf('\n'));
  writeFileSync(place.path('arrived/PdM_telemetry-fix.csv'), `${header}\n${corrected}\n`);
  const before = await predictions();
  const ingest = async () =>
    (await place.json<IngestReport>('ingest', ...CONFIG, '--source', 'arrived')).tables.telemetry!;
  const score = async () => (await place.json<ScoreResult>(...SCORE, '--new')).due;

  expect(await ingest()).toMatchObject({ rowsIn: 1, corrected: 1, knownFiles: ['PdM_telemetry.csv'] });
  const unchanged = before.length - 3;
  const filesBefore = place.files('lake/predictions');
  expect(await score()).toEqual({ new: 0, rewritten: 3, unchanged });
  const isOfFebruary = (file: string) => file.endsWith('-2015-02.parquet');
  const kept = place.files('lake/predictions').filter((file) => filesBefore.includes(file));
  expect(kept).toEqual(filesBefore.filter((file) => !isOfFebruary(file)));
  const scoredBefore = new Map(before.map(({ key, scoredAt }) => [key, scoredAt]));
  const rewritten = (await predictions()).filter(({ key, scoredAt }) => scoredBefore.get(key) !== scoredAt);
  expect(rewritten.map(({ key }) => key.slice(0, '3 2015-02-05T18'.length).replace('T', ' '))).toEqual([
    ...['3 2015-02-05 18', '3 2015-02-06 06', '3 2015-02-06 18'],
  ]);

  writeFileSync(telemetry, `${old}${reading}\n`);
  const rows = old.trimEnd().split('\n').length;
  expect(await ingest()).toMatchObject({ rowsIn: rows, unchanged: rows - 2, outdated: 2, corrected: 0 });
  expect(await score()).toEqual({ new: 0, rewritten: 0, unchanged: before.length });
});

it('a new version takes over from the newest window on', async () => {
  await place.json('train', ...CONFIG, '--lake', 'whole');
  const { modelVersion, due, risks } = await place.json<ScoreResult>(...SCORE, '--new');
  expect([modelVersion, due?.new, due?.rewritten, risks.length]).toEqual(['2', 20, 0, 20]);
  expect((await place.json<ScoreResult>(...SCORE, '--new')).due).toMatchObject({ new: 0, rewritten: 0 });
});
