import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];
const TWENTY = 'the simulator (hours=2000, machines=20, seed=42, start=2015-01-01T06:00:00)';
const FIVE = 'the simulator (hours=2000, machines=5, seed=42, start=2015-01-01T06:00:00)';

let place: Workplace;
beforeAll(async () => {
  place = createWorkplace({ small: smallWorkflow({ trees: 2, maxDepth: 3 }) });
  await place.json('simulate', '--machines', '4', '--hours', '900', '--out', 'files');
  await place.json('ingest', ...CONFIG);
});
afterAll(() => place.remove());

const machineCount = async (): Promise<number> =>
  (await place.json<{ rowCount: number }>('tables', 'show', 'machines')).rowCount;

describe('a lake of a simulated fleet', () => {
  it('changes nothing when its own origin is ingested again', async () => {
    const before = place.manifest();
    const { code, out } = await place.pm('ingest', ...CONFIG);
    expect([code, out]).toEqual([0, `The lake already holds all rows of ${TWENTY}.\n`]);
    expect((await place.pm('ingest', ...CONFIG, '--machines', '20')).code).toBe(0);
    expect(place.manifest()).toBe(before);
  });

  it.each([
    ['another number of machines', ['--machines', '5'], FIVE],
    ['a source', ['--source', 'files'], '/files'],
  ])('refuses %s, naming both and the ways out', async (_what, flags, other) => {
    const before = place.manifest();
    const { code, out, err } = await place.pm('ingest', ...CONFIG, ...flags, '--json');
    const { error } = JSON.parse(out);
    expect([code, error.code]).toEqual([1, 'other-origin']);
    expect(error.message).toContain(TWENTY);
    expect(error.message).toContain(other);
    expect(error.next).toMatch(/--append.*--replace.*--lake/);
    expect(err).toContain(error.message);
    expect(place.manifest()).toBe(before);
  });

  it.each([
    ['MACHINES=5', FIVE],
    ['SOURCE=files', '/files'],
  ])('is not scored with %s: batch scoring never takes the place of data', async (parameter, other) => {
    const before = place.manifest();
    const { code, err } = await place.pm(
      ...['jobs', 'run', 'batch-scoring', '--param', 'WORKFLOW=small', '--param', parameter],
    );
    expect(code).toBe(1);
    expect(err).toContain(`The lake holds rows of ${TWENTY}; these are rows of `);
    expect(err).toContain(other);
    expect(place.manifest()).toBe(before);
  });

  it('is not simulated anew by batch scoring, whatever the workflow file says by now', async () => {
    place.writeWorkflow('grown', {
      ...smallWorkflow({ trees: 2, maxDepth: 3 }),
      simulate: { machines: 50, hours: 3000 },
    });
    const { err } = await place.pm('jobs', 'run', 'batch-scoring', '--param', 'WORKFLOW=grown');
    expect(err).not.toContain('simulate');
    expect(await machineCount()).toBe(20);
  });

  it('is replaced by a training with another MACHINES, which says so', async () => {
    const { code, err } = await place.pm(
      ...['jobs', 'run', 'training', '--param', 'WORKFLOW=small', '--param', 'MACHINES=5'],
    );
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(`Replacing all tables of ${TWENTY} by ${FIVE}.`),
    ]);
    expect(await machineCount()).toBe(5);
  });

  it('loses its predictions when it is replaced', async () => {
    await place.json('score', ...CONFIG);
    expect(place.manifest()).toContain('"predictions"');
    const { code, err } = await place.pm('ingest', ...CONFIG, '--source', 'files', '--replace');
    expect([code, err]).toEqual([0, expect.stringContaining(`Replacing all tables of ${FIVE} by /`)]);
    expect(place.manifest()).not.toContain('"predictions"');
    expect(await machineCount()).toBe(4);
  });
});

describe('a lake of files', () => {
  it('changes nothing when they are ingested again, named or not', async () => {
    const before = place.manifest();
    for (const flags of [[], ['--source', 'files']]) {
      const document = await place.json<{ changed: boolean }>('ingest', ...CONFIG, ...flags);
      expect(document.changed).toBe(false);
    }
    expect(place.manifest()).toBe(before);
  });

  it('takes its rows from them in batch scoring and simulates nothing', async () => {
    const { code, err } = await place.pm('jobs', 'run', 'batch-scoring', '--param', 'WORKFLOW=small');
    expect(code).toBe(0);
    expect(err).not.toContain('simulate');
    expect(await machineCount()).toBe(4);
  });
});
