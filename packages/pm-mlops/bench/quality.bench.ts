import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Evaluation } from 'pm-core/metrics';
import { ceilingOf } from '../src/acceptance/testing/ceiling.ts';
import type { JobDocument } from '../src/acceptance/testing/documents.ts';

/** The reference scale, end to end as `make run-training MACHINES=1000` and `make run-batch-scoring` run it: 8.76 M readings. */
const MACHINES = process.env.MACHINES ?? '1000';
const PM = resolve(import.meta.dirname, '../../../pm');

const folder = mkdtempSync(join(tmpdir(), 'pm-quality-'));
try {
  const training = await runJob('training');
  await runJob('batch-scoring');
  const { evaluation, split } = training.tasks.find(({ taskKey }) => taskKey === 'train')!.json as {
    evaluation: Evaluation;
    split: { testFrom: string };
  };
  const ceiling = await ceilingOf(join(folder, 'lake'), { testFrom: split.testFrom, windowHours: 168 });
  report(evaluation, ceiling);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a job in the folder, its steps and their times on stderr, and prints its own time and memory. */
async function runJob(name: string): Promise<JobDocument> {
  const startedMs = performance.now();
  const words = ['jobs', 'run', name, '--param', `MACHINES=${MACHINES}`, '--json'];
  const { MLFLOW_TRACKING_URI: _embedded, ...env } = process.env;
  const pm = spawn(PM, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const memory = watchMemory(pm.pid!);
  const [document, [code]] = await Promise.all([json(pm.stdout), once(pm, 'close')]);
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`\n${name}, ${MACHINES} machines: ${seconds} s, at most ${memory.stop()} MiB`);
  return document as JobDocument;
}

/** Adds up the greatest memory of each process of a tree: never less than that of the tree. Needs /proc. */
function watchMemory(root: number) {
  const peaksKiB = new Map<number, number>();
  const look = () => {
    for (const pid of treeOf(root)) {
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readStatus(pid))?.[1];
      if (peak !== undefined) peaksKiB.set(pid, Number(peak));
    }
  };
  const timer = setInterval(look, 50);
  return {
    stop(): string {
      clearInterval(timer);
      const total = [...peaksKiB.values()].reduce((sum, peak) => sum + peak, 0);
      return total === 0 ? 'unknown' : String(Math.round(total / 1024));
    },
  };
}

function treeOf(root: number): number[] {
  const parents = new Map(
    globSync('/proc/[0-9]*/status').map((path) => {
      const pid = Number(path.split('/')[2]);
      return [pid, Number(/^PPid:\s+(\d+)/m.exec(readStatus(pid))?.[1])];
    }),
  );
  const isBelow = (pid: number): boolean => pid === root || (parents.has(pid) && isBelow(parents.get(pid)!));
  return [...parents.keys()].filter(isBelow);
}

/** Empty where the process is gone. */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function report(forest: Evaluation, ceiling: Evaluation): void {
  const show = (value: number | null) => (value === null ? '–' : value.toFixed(4)).padStart(8);
  const line = (what: string, one: number | null, best: number | null) => {
    const ratio = one !== null && best ? one / best : null;
    console.log(`${what.padEnd(32)} ${show(one)} ${show(best)} ${show(ratio)}`);
  };
  console.log(`\n${forest.rowCount} test rows`.padEnd(33), '   model  ceiling    ratio');
  line('macro F1', forest.macro.f1, ceiling.macro.f1);
  line('macro recall', forest.macro.recall, ceiling.macro.recall);
  line('macro precision', forest.macro.precision, ceiling.macro.precision);
  line('alarm precision', forest.alarmPrecision, ceiling.alarmPrecision);
  for (const [i, band] of forest.byHoursToFailure.entries()) {
    const what = `recall ${band.fromHours}–${band.toHours} h before`;
    line(what, band.recall, ceiling.byHoursToFailure[i]!.recall);
  }
}
