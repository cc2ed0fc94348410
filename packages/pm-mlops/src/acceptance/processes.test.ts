import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registered, runsOf } from './testing/documents.ts';
import { startPm } from './testing/pm-process.ts';
import { refusal } from './testing/refusal.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/long.yaml'];
/** The last step before the fit, which takes long enough to be caught in: stderr shows a step when it ends. */
const BEFORE_FIT = 'probe for leaks';

let place: Workplace;
beforeAll(async () => {
  place = createWorkplace({ long: smallWorkflow({ trees: 2000, maxDepth: 30, featuresPerNode: 'all' }) });
  await place.json('ingest', ...CONFIG);
  await place.json('features', ...CONFIG);
});
afterAll(() => place.remove());

const latestRun = async () => (await runsOf(place, CONFIG[1]!))[0]!;
const leftovers = () => place.files('lake').filter((name) => /lock|draft|scratch/.test(name));

describe('a training that Ctrl-C interrupts', () => {
  it('keeps a second one out, ends its run KILLED and lets the lake go', async () => {
    const training = startPm(place, 'train', ...CONFIG, '--json');
    await training.shows(BEFORE_FIT);
    const before = place.manifest();

    const second = await startPm(place, 'train', ...CONFIG, '--json').ended;
    const { error } = JSON.parse(second.out);
    expect([second.code, error.code]).toEqual([1, 'lake-locked']);
    expect(error.message).toContain(`process ${training.pid} has been doing "pm train" since `);
    expect(error.next).toContain('--lake');

    training.kill('SIGINT');
    const { code, out, err } = await training.ended;
    expect([code, JSON.parse(out)]).toEqual([
      1,
      { error: { code: 'interrupted', message: 'interrupted by SIGINT' } },
    ]);
    expect(err).toMatch(/pm: interrupted by SIGINT\n$/);
    expect(await latestRun()).toMatchObject({ status: 'KILLED', endTimeMs: expect.any(Number) });
    expect(await registered(place)).toEqual({});
    expect([place.manifest(), leftovers()]).toEqual([before, []]);
  });

  it('inside a job cancels the tasks that follow', async () => {
    const job = startPm(place, 'jobs', 'run', 'training', '--param', 'WORKFLOW=long');
    await job.shows(BEFORE_FIT);
    job.kill('SIGTERM');
    const { code, out, err } = await job.ended;
    expect(code).toBe(1);
    expect(out).toMatch(/^train .*CANCELED {2}interrupted by SIGTERM$/m);
    expect(out).toMatch(/^promote .*CANCELED$/m);
    expect(err).not.toMatch(/^ +at /m);
    expect(await latestRun()).toMatchObject({ status: 'KILLED' });
    expect(leftovers()).toEqual([]);
  });
});

describe('a training that is killed outright', () => {
  it('leaves a lake whose lock the next command takes over', async () => {
    const training = startPm(place, 'train', ...CONFIG);
    await training.shows(BEFORE_FIT);
    const before = place.manifest();
    training.kill('SIGKILL');
    await training.ended;
    expect(JSON.parse(readFileSync(place.path('lake/lake.lock'), 'utf8')).pid).toBe(training.pid);

    expect(await place.json('features', ...CONFIG)).toMatchObject({ computed: false });
    expect([place.manifest(), leftovers()]).toEqual([before, []]);
    expect(await registered(place)).toEqual({});
    const { code } = await refusal(place, ['promote', ...CONFIG]);
    expect(code).toBe('no-candidate');
  });
});

describe('a reader that closes the pipe', () => {
  it('ends an export quietly', async () => {
    const pm = startPm(place, 'tables', 'export', 'telemetry');
    await pm.closeOutput();
    const { code, out, err } = await pm.ended;
    expect(out).toMatch(/^machine_id,measured_at,/);
    expect([code, err]).toEqual([0, '']);
  });

  it('ends a job quietly, its run KILLED and the lake let go', async () => {
    const job = startPm(place, 'jobs', 'run', 'training', '--param', 'WORKFLOW=long');
    await job.closeOutput();
    const { code, err } = await job.ended;
    expect([code, err]).toEqual([0, expect.not.stringMatching(/pm:|Error|^ +at /m)]);
    expect(leftovers()).toEqual([]);
  });
});
