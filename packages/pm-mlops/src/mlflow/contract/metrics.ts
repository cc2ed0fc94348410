import { describe, expect, test } from 'vitest';
import type { Expectations } from './differences.ts';
import { getRun, newRun, ok, refused, refusedRaw, type Schemas, type Wire } from './wire.ts';

const metric = (key: string, value: Schemas['Metric']['value'], step = 0, timestamp = 1_700_000_000_000) =>
  ({ key, value, step, timestamp }) as Required<
    Pick<Schemas['Metric'], 'key' | 'value' | 'step' | 'timestamp'>
  >;

export function describeMetricsAndParams(wire: () => Wire, { expected }: Expectations): void {
  const logBatch = (body: Schemas['LogBatch']) => wire().api.POST('/api/2.0/mlflow/runs/log-batch', { body });
  const history = async (
    run_id: string,
    metric_key: string,
    page: { max_results?: number; page_token?: string } = {},
  ) =>
    ok(
      wire().api.GET('/api/2.0/mlflow/metrics/get-history', {
        params: { query: { run_id, metric_key, ...page } },
      }),
    );

  describe('metrics', () => {
    test('a metric keeps its whole history in order of writing, the run shows the latest by step, then time, then value', async () => {
      const { api } = wire();
      const run_id = await newRun(wire());
      const written = [metric('loss', 0.5, 2, 20), metric('loss', 0.9, 1, 30), metric('loss', 0.7, 2, 20)];
      for (const point of written) {
        await ok(api.POST('/api/2.0/mlflow/runs/log-metric', { body: { run_id, ...point } }));
      }
      const { metrics } = await history(run_id, 'loss');
      const byStep = (a: Schemas['Metric'], b: Schemas['Metric']) =>
        Number(a.step) - Number(b.step) || (a.value as number) - (b.value as number);
      expect(metrics!.sort(byStep)).toMatchObject([written[1], written[0], written[2]]);
      expect((await getRun(wire(), run_id)).data!.metrics).toMatchObject([metric('loss', 0.7, 2, 20)]);
    });

    test('an equal metric row logged twice is accepted and kept once', async () => {
      const run_id = await newRun(wire());
      const metrics = [metric('m', 1, 0, 5)];
      await ok(logBatch({ run_id, metrics }));
      await ok(logBatch({ run_id, metrics }));
      expect((await history(run_id, 'm')).metrics).toHaveLength(1);
    });

    test('a history is paged', async () => {
      const run_id = await newRun(wire());
      await ok(logBatch({ run_id, metrics: [0, 1, 2, 3, 4].map((step) => metric('m', step / 10, step)) }));
      const pageSize = expected('historyPages') === 'yes' ? 2 : 5;
      const seen: number[] = [];
      let page_token = '';
      do {
        const page = await history(run_id, 'm', { max_results: 2, ...(page_token && { page_token }) });
        expect(page.metrics!.length).toBe(Math.min(pageSize, 5 - seen.length));
        seen.push(...page.metrics!.map((point) => Number(point.step)));
        page_token = page.next_page_token ?? '';
      } while (page_token);
      expect(seen.sort()).toEqual([0, 1, 2, 3, 4]);
    });

    test('an unknown metric has an empty history', async () => {
      expect((await history(await newRun(wire()), 'never')).metrics ?? []).toEqual([]);
    });

    test('NaN travels as the string "NaN" both ways', async () => {
      const run_id = await newRun(wire());
      await ok(logBatch({ run_id, metrics: [metric('broken', 'NaN')] }));
      expect((await history(run_id, 'broken')).metrics).toMatchObject([{ key: 'broken', value: 'NaN' }]);
      expect((await getRun(wire(), run_id)).data!.metrics).toMatchObject([{ key: 'broken', value: 'NaN' }]);
    });

    test.each([
      ['Infinity', Number.MAX_VALUE],
      ['-Infinity', -Number.MAX_VALUE],
    ] as const)('%s is kept as the largest double of its sign', async (value, stored) => {
      const run_id = await newRun(wire());
      await ok(logBatch({ run_id, metrics: [metric('m', value)] }));
      expect((await history(run_id, 'm')).metrics![0]!.value).toBe(stored);
    });

    test.each([[5e-324], [0.1 + 0.2], [-0.0000123], [1.7976931348623157e308], [123456789012345680]])(
      'the double %d comes back bit by bit',
      async (value) => {
        const run_id = await newRun(wire());
        await ok(logBatch({ run_id, metrics: [metric('m', value)] }));
        expect((await history(run_id, 'm')).metrics![0]!.value).toBe(value);
      },
    );

    test.each([
      ['null as a value', { key: 'm', value: null, timestamp: 1, step: 0 }],
      ['no value', { key: 'm', timestamp: 1, step: 0 }],
      ['no timestamp', { key: 'm', value: 1, step: 0 }],
      ['no key', { value: 1, timestamp: 1, step: 0 }],
    ])('a metric with %s is 400', async (_, point) => {
      const run_id = await newRun(wire());
      const body = JSON.stringify({ run_id, ...point });
      expect(await refusedRaw(wire().raw('POST', '/api/2.0/mlflow/runs/log-metric', body))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });

    test('a step is 0 where none is given, and an int64 may be a string', async () => {
      const run_id = await newRun(wire());
      const body = JSON.stringify({ run_id, key: 'm', value: 1, timestamp: '1700000000001' });
      expect((await wire().raw('POST', '/api/2.0/mlflow/runs/log-metric', body)).status).toBe(200);
      expect((await history(run_id, 'm')).metrics).toMatchObject([metric('m', 1, 0, 1_700_000_000_001)]);
    });
  });

  describe('params', () => {
    test('a param is written once: the same value again is accepted, another is 400', async () => {
      const { api } = wire();
      const run_id = await newRun(wire());
      const log = (value: string) =>
        api.POST('/api/2.0/mlflow/runs/log-parameter', { body: { run_id, key: 'depth', value } });
      await ok(log('15'));
      await ok(log('15'));
      expect(await refused(log('16'))).toMatchObject({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
      expect((await getRun(wire(), run_id)).data!.params).toEqual([{ key: 'depth', value: '15' }]);
    });

    test('a batch that changes a param is refused and changes nothing', async () => {
      const run_id = await newRun(wire());
      await ok(logBatch({ run_id, params: [{ key: 'a', value: '1' }] }));
      const changed = [
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
      ];
      expect(await refused(logBatch({ run_id, params: changed }))).toMatchObject({ status: 400 });
      expect((await getRun(wire(), run_id)).data!.params).toContainEqual({ key: 'a', value: '1' });
    });

    test('a param over 6000 characters is cut without a word', async () => {
      const run_id = await newRun(wire());
      await ok(logBatch({ run_id, params: [{ key: 'long', value: 'x'.repeat(6001) }] }));
      expect((await getRun(wire(), run_id)).data!.params![0]!.value).toHaveLength(6000);
    });

    test('a param that is not a string is 400', async () => {
      const run_id = await newRun(wire());
      const body = JSON.stringify({ run_id, key: 'p', value: 5 });
      expect(await refusedRaw(wire().raw('POST', '/api/2.0/mlflow/runs/log-parameter', body))).toMatchObject({
        status: 400,
      });
    });
  });

  describe('batches', () => {
    test('a batch writes metrics, params and tags together', async () => {
      const run_id = await newRun(wire(), { run_name: 'batch' });
      await ok(
        logBatch({
          run_id,
          metrics: [metric('a', 1), metric('b', 2)],
          params: [{ key: 'p', value: 'x' }],
          tags: [{ key: 't', value: 'y' }],
        }),
      );
      const { metrics, params, tags } = (await getRun(wire(), run_id)).data!;
      expect(metrics!.map(({ key, value }) => [key, value]).sort()).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(params).toEqual([{ key: 'p', value: 'x' }]);
      expect(tags).toContainEqual({ key: 't', value: 'y' });
    });

    test('1000 metrics are accepted, 1001 are refused', async () => {
      const run_id = await newRun(wire());
      const metrics = Array.from({ length: 1001 }, (_, step) => metric('m', step, step));
      await ok(logBatch({ run_id, metrics: metrics.slice(0, 1000) }));
      expect(await refused(logBatch({ run_id, metrics }))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });

    test.each(['params', 'tags'] as const)('100 %s are accepted, 101 are refused', async (kind) => {
      const run_id = await newRun(wire());
      const pairs = Array.from({ length: 101 }, (_, n) => ({ key: `k${n}`, value: 'v' }));
      await ok(logBatch({ run_id, [kind]: pairs.slice(0, 100) }));
      expect(await refused(logBatch({ run_id, [kind]: pairs }))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });

    test('over 1000 entities in all are refused', async () => {
      const run_id = await newRun(wire());
      const metrics = Array.from({ length: 1000 }, (_, step) => metric('m', step, step));
      const params = [{ key: 'p', value: 'v' }];
      expect(await refused(logBatch({ run_id, metrics, params }))).toMatchObject({ status: 400 });
    });

    test('one param twice in a batch is 400', async () => {
      const run_id = await newRun(wire());
      const twice = [
        { key: 'p', value: '1' },
        { key: 'p', value: '2' },
      ];
      expect(await refused(logBatch({ run_id, params: twice }))).toMatchObject({ status: 400 });
    });

    test.each([
      ['over 250 characters', 'k'.repeat(251)],
      ['a path upwards', '../up'],
      ['a character outside the alphabet', 'a#b'],
      ['empty', ''],
    ])('a key that is %s is 400', async (_, key) => {
      const run_id = await newRun(wire());
      const expected = { status: 400, code: 'INVALID_PARAMETER_VALUE' };
      expect(await refused(logBatch({ run_id, metrics: [metric(key, 1)] }))).toMatchObject(expected);
      expect(await refused(logBatch({ run_id, params: [{ key, value: 'v' }] }))).toMatchObject(expected);
    });

    test('a key may have letters, digits, space and _ - . : /', async () => {
      const run_id = await newRun(wire());
      await ok(logBatch({ run_id, metrics: [metric('a_b-c.d/e f:1', 1)] }));
      expect((await history(run_id, 'a_b-c.d/e f:1')).metrics).toHaveLength(1);
    });
  });
}
