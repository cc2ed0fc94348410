import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from './testing/store.ts';

describe('points for a chart', () => {
  let store: TestStore;
  let run_id: string;
  const count = 1000;
  beforeAll(async () => {
    store = openTestStore();
    const created = await store.call<{ run: { info: { run_id: string } } }>('POST', 'runs/create', {
      experiment_id: '0',
    });
    run_id = created.run.info.run_id;
    const metrics = Array.from({ length: count }, (_, step) => ({
      key: 'm',
      value: step,
      timestamp: 1,
      step,
    }));
    await store.call('POST', 'runs/log-batch', { run_id, metrics });
  });
  afterAll(() => store.close());

  const steps = async (query: string) => {
    const path = `metrics/get-history-bulk-interval?run_ids=${run_id}&metric_key=m&${query}`;
    const { metrics } = await store.call<{ metrics?: { step: number; run_id: string }[] }>('GET', path);
    return (metrics ?? []).map(({ step }) => step);
  };

  test.each([2, 3, 7, 10, 320, 999, 1000, 1001])(
    '%d at most: as many as there may be, from the first to the last, evenly',
    async (most) => {
      const found = await steps(`max_results=${most}`);
      expect(found).toHaveLength(Math.min(most, count));
      expect([found[0], found.at(-1)]).toEqual([0, count - 1]);
      const gaps = found.slice(1).map((step, at) => step - found[at]!);
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    },
  );

  test('one at most: the last', async () => {
    expect(await steps('max_results=1')).toEqual([count - 1]);
  });

  test('of an interval of steps, both ends included', async () => {
    expect(await steps('start_step=10&end_step=12')).toEqual([10, 11, 12]);
    await expect(steps('start_step=10')).rejects.toThrow('400');
    await expect(steps('start_step=10&end_step=9')).rejects.toThrow('400');
  });
});
