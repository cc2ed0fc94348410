import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ScoreResult } from '../pipelines/score.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];
/** The fleet's last reading is that of 2015-03-25 13:00. */
const LAST_READING: Readonly<Record<string, string>> = {
  3: '2015-03-24 00:00:00', // 37 h before
  5: '2015-03-24 01:00:00', // 36 h before
  7: '', // never one
};

it('lists machines without a reading for 36 h as not scored, and scores the others', async () => {
  const place = workplaceForTest({ small: smallWorkflow({ trees: 3, maxDepth: 4 }) });
  await place.json('simulate', ...CONFIG, '--out', 'files');
  const telemetry = place.path('files/PdM_telemetry.csv');
  const [heading, ...rows] = readFileSync(telemetry, 'utf8').trimEnd().split('\n');
  const heard = rows.filter((row) => {
    const [datetime, machine] = row.split(',');
    return datetime! <= (LAST_READING[machine!] ?? datetime!);
  });
  writeFileSync(telemetry, `${[heading, ...heard].join('\n')}\n`);
  await place.json('ingest', ...CONFIG, '--source', 'files');
  await place.json('train', ...CONFIG);
  const words = ['score', ...CONFIG, '--model', 'models:/small/Staging'];

  const { risks, notScored } = await place.json<ScoreResult>(...words);
  expect(notScored).toEqual([
    { machineId: '7', lastReadingAt: null },
    { machineId: '3', lastReadingAt: '2015-03-24T00:00:00' },
  ]);
  const scored = risks.map(({ machineId }) => Number(machineId)).sort((a, b) => a - b);
  expect(scored).toEqual([1, 2, 4, 5, 6, ...Array.from({ length: 13 }, (_, i) => i + 8)]);

  const { out } = await place.pm(...words);
  expect(out).toContain('not scored: machine 7, last reading never\n');
  expect(out).toContain('not scored: machine 3, last reading 2015-03-24T00:00:00\n');
});
