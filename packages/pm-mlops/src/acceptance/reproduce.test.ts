import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { openDuckDb } from 'pm-core/engine';
import type { Manifest } from 'pm-core/lake';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reproduction } from '../pipelines/reproduce/reproduce-run.ts';
import { registered, runsOf, type TrainDocument } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { SMALL_TABLE, writeSmallTable } from './testing/small-table.ts';
import { createWorkplace, type Workplace, workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];
const WORKFLOW = smallWorkflow({ trees: 5, maxDepth: 8, seed: 1 });

async function trainedRun({ json }: Workplace, ...flags: string[]): Promise<string> {
  return (await json<TrainDocument>('train', ...CONFIG, ...flags)).trackingRunId;
}

async function reproduce({ pm }: Workplace, run: string): Promise<Reproduction & { code: number }> {
  const { code, out } = await pm('runs', 'reproduce', run, ...CONFIG, '--json');
  return { ...(JSON.parse(out) as Reproduction), code };
}

describe('pm runs reproduce', () => {
  let place: Workplace;
  let run: string;
  beforeAll(async () => {
    place = createWorkplace({ small: WORKFLOW, other: WORKFLOW });
    await place.json('ingest', ...CONFIG);
    run = await trainedRun(place);
  });
  afterAll(() => place.remove());

  it('gets the same bytes again, and leaves lake, runs and registry as they were', async () => {
    const state = async () => [
      place.manifest(),
      place.files('lake'),
      await registered(place),
      await runsOf(place, CONFIG[1]!),
    ];
    const before = await state();
    const found = await reproduce(place, run);
    expect(found).toMatchObject({
      code: 0,
      runId: run,
      verdict: 'same-bytes',
      differences: [],
      workflowFile: [],
    });
    expect(found.reproduced).toMatch(/^[0-9a-f]{64}$/);
    expect(found.reproduced).toBe(found.recorded);
    expect(await state()).toEqual(before);
  });

  it('names the column of the one cell that changed in the lake, and trains nothing', async () => {
    await withReading('2015-02-03T04:00:00', 'rotate', async () => {
      const { code, out, err } = await place.pm('runs', 'reproduce', run, ...CONFIG);
      expect(code).toBe(1);
      expect(out).toContain('nothing was trained. The first difference is data, telemetry.rotate: digest');
      expect(out.match(/data: /g)).toHaveLength(1);
      expect(err).not.toContain('fit the');
    });
  });

  it('gets the same bytes where a cell changed that no training row has seen, and says so', async () => {
    await withReading('2015-03-20T04:00:00', 'volt', async () => {
      const { code, out } = await place.pm('runs', 'reproduce', run, ...CONFIG);
      expect(code).toBe(0);
      expect(out).toMatch(
        /^Same bytes: model.onnx of run .*\n\nno matter for it .*\n.*\ndata: telemetry.volt /,
      );
    });
  });

  it("trains with the run's own options, and names what the workflow file asks for now", async () => {
    place.writeWorkflow('small', smallWorkflow({ trees: 5, maxDepth: 9, seed: 2 }));
    const found = await reproduce(place, run);
    place.writeWorkflow('small', WORKFLOW);
    expect(found).toMatchObject({ code: 0, verdict: 'same-bytes' });
    expect(found.workflowFile).toEqual([
      { kind: 'option', name: 'model.maxDepth', was: '8', is: '9' },
      { kind: 'seed', name: 'model.seed', was: '1', is: '2' },
    ]);
  });

  it('names the library where equal rows give other bytes, whatever was recorded of other keys', async () => {
    const file = place.files('mlartifacts').find((name) => name.endsWith('training_record.json'))!;
    const path = place.path('mlartifacts', file);
    const text = readFileSync(path, 'utf8');
    const record = JSON.parse(text);
    const config = { ...record.config, gate: { aKeyOfOld: 1 } };
    const libraries = { ...record.libraries, node: 'v1.0.0' };
    writeFileSync(path, JSON.stringify({ ...record, config, libraries, modelDigest: 'another' }));
    const { code, out } = await place.pm('runs', 'reproduce', run, ...CONFIG);
    writeFileSync(path, text);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^Other bytes: .* in run .* it was another\. The first difference is library, node: v1/,
    );
  });

  it('refuses a run that is not there, one of another workflow, and one that trained nothing', async () => {
    const unknown = await place.pm('runs', 'reproduce', '00', ...CONFIG);
    expect([unknown.code, unknown.err]).toEqual([
      1,
      expect.stringMatching(/^pm: There is no run 00\.\nNext: `pm runs list`/),
    ]);
    const other = await place.pm('runs', 'reproduce', run, '--config', 'config/other.yaml');
    expect([other.code, other.err]).toEqual([
      1,
      expect.stringMatching(/is of small, not of other\.\nNext: .*--config config\/small.yaml/),
    ]);
    await place.json('models', 'download', '--model', 'models:/small/1', '--output', 'model', ...CONFIG);
    await place.json('models', 'register', 'model', ...CONFIG);
    const [registration] = await runsOf(place, CONFIG[1]!);
    const { code, err } = await place.pm('runs', 'reproduce', registration!.runId, ...CONFIG);
    expect([code, err]).toEqual([1, expect.stringContaining('what its model was made from is not known')]);
  });

  /** Runs `work` while one reading of machine 7 is by 1 higher. */
  async function withReading(at: string, column: string, work: () => Promise<void>): Promise<void> {
    const { tables } = JSON.parse(place.manifest()!) as Manifest;
    const file = place.path('lake', tables.telemetry!.months![at.slice(0, 7)]!.file);
    copyFileSync(file, place.path('kept'));
    const engine = await openDuckDb();
    const isIt = `machine_id = '7' AND measured_at = TIMESTAMP '${at}'`;
    const changed = `CASE WHEN ${isIt} THEN ${column} + 1 ELSE ${column} END AS ${column}`;
    await engine.writeParquet(
      `SELECT * REPLACE (${changed}) FROM read_parquet('${place.path('kept')}')`,
      file,
    );
    engine.close();
    await work().finally(() => copyFileSync(place.path('kept'), file));
  }
});

it('reproduces boosted trees on a feature table of its own period', async () => {
  const workflow = smallWorkflow({ algorithm: 'gradient-boosting', rounds: 6, maxDepth: 3 });
  const place = workplaceForTest({ small: workflow });
  await place.json('ingest', ...CONFIG);
  await place.json('features', '--table', 'winter', '--to', '2015-03-15T18:00:00', ...CONFIG);
  const run = await trainedRun(place, '--table', 'winter');
  expect(await reproduce(place, run)).toMatchObject({ code: 0, verdict: 'same-bytes' });
});

it('reproduces a workflow of plain tables, the best of a sweep too, and names the column that changed', async () => {
  // Too shallow for the rows: so that a sweep, which begins with the file's own parameters, finds better ones.
  const place = workplaceForTest({ small: { ...SMALL_TABLE, model: { trees: 20, maxDepth: 1 } } });
  writeSmallTable(place.path('rows'));
  await place.json('ingest', '--source', 'rows', ...CONFIG);
  const run = await trainedRun(place);
  expect(await reproduce(place, run)).toMatchObject({ code: 0, verdict: 'same-bytes' });
  const tuned = await place.json<TrainDocument>('tune', '--evaluations', '2', ...CONFIG);
  const best = await reproduce(place, tuned.trackingRunId);
  expect(best).toMatchObject({ code: 0, verdict: 'same-bytes' });
  expect(best.recorded).not.toBe((await reproduce(place, run)).recorded);
  const south = place.path('rows/south.csv');
  writeFileSync(south, readFileSync(south, 'utf8').replace(/^3;/m, '2.5;'));
  await place.json('ingest', '--source', 'rows', '--replace', ...CONFIG);
  const { differences } = await reproduce(place, run);
  expect(differences.map(({ name }) => name)).toEqual(['samples.wear']);
});
