import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { getRun, newExperiment, newRun, ok, type Wire } from './wire.ts';

/** What a JSON that is a little wrong comes to: the client must never send it. */
export function describeHazards(wire: () => Wire, { expected }: Expectations): void {
  const post = async (call: string, json: string) =>
    (await wire().raw('POST', `/api/2.0/mlflow/${call}`, json)).status;

  describe('almost right JSON', () => {
    test('a bare NaN is refused, or the metric is stored as 0 at the time 0', async () => {
      const run_id = await newRun(wire());
      const status = await post(
        'runs/log-metric',
        `{"run_id":"${run_id}","key":"m","value":NaN,"timestamp":7}`,
      );
      expect(status).toBe(expected('bareNaN'));
      const { metrics = [] } = (await getRun(wire(), run_id)).data!;
      expect(metrics).toEqual(status === 200 ? [{ key: 'm', value: 0, timestamp: 0, step: 0 }] : []);
    });

    test('a step that is no integer is refused, or stored as step 0', async () => {
      const run_id = await newRun(wire());
      const point = { run_id, key: 'm', value: 1, timestamp: 7, step: 1.5 };
      const status = await post('runs/log-metric', JSON.stringify(point));
      expect(status).toBe(expected('fractionalStep'));
      const { metrics = [] } = (await getRun(wire(), run_id)).data!;
      expect(metrics.map(({ step }) => step)).toEqual(status === 200 ? [0] : []);
    });

    test('an unknown status is refused, or ignored', async () => {
      const run_id = await newRun(wire());
      expect(await post('runs/update', JSON.stringify({ run_id, status: 'BOGUS' }))).toBe(
        expected('unknownStatus'),
      );
      expect((await getRun(wire(), run_id)).info!.status).toBe('RUNNING');
    });

    test('unknown fields are ignored', async () => {
      const run_id = await newRun(wire());
      expect(
        await post('runs/set-tag', JSON.stringify({ run_id, key: 'k', value: 'v', colour: 'red' })),
      ).toBe(200);
    });

    test('a run that was given no start began at the time 0', async () => {
      const { api } = wire();
      const experiment_id = await newExperiment(wire());
      const created = await ok(api.POST('/api/2.0/mlflow/runs/create', { body: { experiment_id } }));
      expect(created.run!.info!.start_time ?? 0).toBe(0);
    });
  });
}
