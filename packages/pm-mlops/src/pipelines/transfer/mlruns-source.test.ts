import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getRun } from '../../mlflow/runs.ts';
import { mlrunsSource, transferRuns } from './index.ts';
import { pointsOfLines } from './mlruns-points.ts';
import { embeddedStore } from './testing/stores.ts';

/** A number to YAML, and infinite to JavaScript. */
const runId = '123e4567000000000000000000000000';

let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'mlruns-')), 'mlruns');
  write('0/meta.yaml', 'name: Default\nlifecycle_stage: active\n');
  write('7/meta.yaml', "experiment_id: '7'\nname: old\nlifecycle_stage: active\n");
  write(
    `7/${runId}/meta.yaml`,
    `artifact_uri: file:///moved/away/7/${runId}/artifacts\nend_time: 2000\nexperiment_id: '7'\nlifecycle_stage: active\n` +
      `run_id: ${runId}\nrun_name: first\nstart_time: 1000\nstatus: 4\nuser_id: ada\n`,
  );
  write(`7/${runId}/params/a/b`, 'x\ny');
  write(`7/${runId}/metrics/loss`, '5 0.5 0\n6 nan 1\n6 nan 1\n7 -inf 2\n');
  write(`7/${runId}/tags/mlflow.user`, 'ada');
  write(`7/${runId}/artifacts/deep/a.txt`, 'a');
});
afterEach(() => rmSync(dirname(root), { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('an old mlruns folder', () => {
  it('arrives whole, also where it was moved, and once', async () => {
    using to = embeddedStore();
    for (const runs of [
      { created: 1, completed: 0, unchanged: 0 },
      { created: 0, completed: 0, unchanged: 1 },
    ]) {
      const report = await transferRuns({ source: mlrunsSource(root), target: to.client });
      expect(report).toMatchObject({ runs, metricPoints: 3, artifactFiles: 1, losses: [] });
    }
    expect(await getRun(to.client, runId)).toMatchObject({
      runName: 'first',
      status: 'FAILED',
      startTimeMs: 1000,
      endTimeMs: 2000,
      params: { 'a/b': 'x\ny' },
      metrics: { loss: -Number.MAX_VALUE },
    });
  });

  it('whose run has lost its meta.yaml counts that run as a loss', async () => {
    using to = embeddedStore();
    const broken = 'f'.repeat(32);
    write(`7/${broken}/params/p`, '1');
    const { losses } = await transferRuns({ source: mlrunsSource(root), target: to.client });
    expect(losses).toEqual([`run ${broken}: the source lists it but cannot show it`]);
  });

  it('whose artifacts lie elsewhere says where', async () => {
    using to = embeddedStore();
    rmSync(join(root, `7/${runId}/artifacts`), { recursive: true });
    write(
      `7/${runId}/meta.yaml`,
      `artifact_uri: s3://bucket/7\nexperiment_id: '7'\nlifecycle_stage: active\nrun_id: ${runId}\nstatus: 3\n`,
    );
    const { losses } = await transferRuns({ source: mlrunsSource(root), target: to.client });
    expect(losses).toEqual([expect.stringContaining('Artifacts at s3://bucket/7 cannot be reached')]);
  });

  it('that is none is refused', () => {
    expect(() => mlrunsSource(join(root, '7'))).toThrow(/is no mlruns folder/);
  });
});

describe('a line of a metric file', () => {
  it.each([
    ['5 0.5', { value: 0.5, timestamp: '5', step: '0' }],
    ['5 0.5 3', { value: 0.5, timestamp: '5', step: '3' }],
    ['5 inf 3 data 9a', { value: 'Infinity', step: '3', dataset_name: 'data', dataset_digest: '9a' }],
    ['5 1e-7 3 r1', { value: 1e-7, run_id: 'r1' }],
    ['5 1 3 r1 data 9a', { run_id: 'r1', dataset_name: 'data', dataset_digest: '9a' }],
  ])('%s is a point', (line, point) => {
    expect(pointsOfLines('k', `${line}\n`)).toMatchObject([{ key: 'k', ...point }]);
  });

  it.each(['x 1 0', '5', '5 one 0', '5 1 0.5'])('%s is refused', (line) => {
    expect(() => pointsOfLines('k', line)).toThrow(/metric k/);
  });
});
