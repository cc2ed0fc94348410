import { describe, expect, it } from 'vitest';
import type { ForestJob } from './forest-jobs.ts';
import { matrixOf } from './testing/matrix.ts';
import { openWorkerPool } from './worker-pool.ts';

const matrix = matrixOf([
  [1, 2, 3],
  [4, 5, 6],
  [7, 7, 7],
]);
const rows = Int32Array.of(0, 1, 2);
const bounds: ForestJob = { kind: 'bounds', matrix, rows, bins: 8 };
/** Fails on a thread because its matrix has a row list only. */
const broken: ForestJob = { kind: 'bounds', matrix: { ...matrix, columns: [] }, rows, bins: 8 };

describe.each([1, 2, 5])('a pool of %i workers', (workers) => {
  it('gives results in the order of the tasks, job after job', async () => {
    const pool = openWorkerPool({ workers });
    try {
      const first = await pool.run(bounds, 3);
      expect(first.map((thresholds) => thresholds.length)).toEqual([3, 3, 1]);
      expect(await pool.run(bounds, 2)).toEqual(first.slice(0, 2));
      expect(await pool.run(bounds, 0)).toEqual([]);
    } finally {
      await pool.close();
    }
  });

  it('runs the tasks of two prepared jobs bit by bit, in turn', async () => {
    const pool = openWorkerPool({ workers });
    const eight = pool.prepare(bounds);
    const two = pool.prepare({ ...bounds, bins: 2 });
    const lengths = async (run: typeof eight, first: number, end: number) =>
      (await run(first, end)).map((thresholds) => thresholds.length);
    expect(await lengths(eight, 0, 2)).toEqual([3, 3]);
    expect(await lengths(two, 1, 3)).toEqual([2, 1]);
    expect(await lengths(eight, 2, 3)).toEqual([1]);
    await pool.close();
  });

  it('fails with what a task fails of, and then closes', async () => {
    const pool = openWorkerPool({ workers });
    await expect(pool.run(broken, 3)).rejects.toThrow(TypeError);
    await pool.close();
  });

  it('fails with the reason of an abort, even one between two jobs', async () => {
    const controller = new AbortController();
    const pool = openWorkerPool({ workers, signal: controller.signal });
    await pool.run(bounds, 3);
    controller.abort(new Error('enough'));
    await expect(pool.run(bounds, 3)).rejects.toThrow('enough');
    await pool.close();
  });
});

describe('a pool of threads', () => {
  it('fails rather than waits for ever where its threads end under it', async () => {
    const pool = openWorkerPool({ workers: 2 });
    const running = pool.run(bounds, 3);
    const closing = pool.close();
    await expect(running).rejects.toThrow(/^A forest worker thread ended early, with code \d+\.$/);
    await closing;
    await expect(pool.run(bounds, 3)).rejects.toThrow('ended early');
  });

  it('takes the threads that a closed one left, and starts others for those that had to be ended', async () => {
    const runAndClose = async (job: ForestJob) => {
      const pool = openWorkerPool({ workers: 2 });
      const result = await pool.run(job, 3).catch((error: unknown) => error);
      await pool.close();
      return result;
    };
    const expected = await runAndClose(bounds);
    let started = 0;
    const count = () => void started++;
    process.on('worker', count);
    expect(await runAndClose(bounds)).toEqual(expected);
    expect(started).toBe(0);
    expect(await runAndClose(broken)).toBeInstanceOf(TypeError);
    expect(await runAndClose(bounds)).toEqual(expected);
    expect(started).toBeLessThanOrEqual(2);
    expect(started).toBeGreaterThan(0);
    process.off('worker', count);
  });

  it('runs nothing once it is closed, and may be closed again', async () => {
    const pool = openWorkerPool({ workers: 2 });
    await pool.close();
    await pool.close();
    await expect(pool.run(bounds, 3)).rejects.toThrow('is closed');
  });

  it('fails on a job that cannot be sent', async () => {
    const pool = openWorkerPool({ workers: 2 });
    const unsendable = { ...bounds, rows: (() => {}) as unknown as Int32Array } as ForestJob;
    await expect(pool.run(unsendable, 3)).rejects.toThrow(/could not be cloned/);
    await pool.close();
  });
});
