import { beforeAll, describe, expect, test } from 'vitest';
import { newExperiment, newRun, ok, refused, type Schemas, type Wire } from './wire.ts';

export function describeRunSearch(wire: () => Wire): void {
  describe('searching runs', () => {
    let experiment_id: string;
    const ids: Record<string, string> = {};

    const search = (body: Schemas['SearchRuns']) =>
      wire().api.POST('/api/2.0/mlflow/runs/search', { body: { experiment_ids: [experiment_id], ...body } });
    /** Names of the runs found, in the order of the answer. */
    const names = async (body: Schemas['SearchRuns']) =>
      ((await ok(search(body))).runs ?? []).map((run) => run.info!.run_name);

    beforeAll(async () => {
      experiment_id = await newExperiment(wire());
      const planted = [
        { name: 'low', start_time: 1000, f1: 0.2, depth: '5', owner: 'ada', status: 'FINISHED' },
        { name: 'middle', start_time: 2000, f1: 0.5, depth: '10', owner: 'Grace', status: 'FAILED' },
        { name: 'high', start_time: 3000, f1: 0.9, depth: '15', owner: 'grace', status: 'FINISHED' },
      ] as const;
      for (const { name, start_time, f1, depth, owner, status } of planted) {
        const tags = [{ key: 'owner', value: owner }];
        const run_id = await newRun(wire(), { experiment_id, run_name: name, start_time, tags });
        ids[name] = run_id;
        await ok(
          wire().api.POST('/api/2.0/mlflow/runs/log-batch', {
            body: {
              run_id,
              metrics: [
                { key: 'test_f1', value: f1, timestamp: 1, step: 0 },
                { key: 'spaced name', value: -f1, timestamp: 1, step: 0 },
              ],
              params: [{ key: 'max_depth', value: depth }],
            },
          }),
        );
        await ok(
          wire().api.POST('/api/2.0/mlflow/runs/update', {
            body: { run_id, status, end_time: start_time + 500 },
          }),
        );
      }
      await newRun(wire(), { experiment_id, run_name: 'bare', start_time: 500 });
    });

    test('without a filter all active runs come, the latest start first', async () => {
      expect(await names({})).toEqual(['high', 'middle', 'low', 'bare']);
    });

    test.each([
      ['metrics.test_f1 > 0.4', ['high', 'middle']],
      ['metrics.test_f1 >= 0.5 and metrics.test_f1 < 0.9', ['middle']],
      ['metrics.test_f1 != 0.5', ['high', 'low']],
      ['metrics.test_f1 = 0.9', ['high']],
      ['metrics.`spaced name` < -0.4', ['high', 'middle']],
      ["params.max_depth = '10'", ['middle']],
      ["params.max_depth != '10'", ['high', 'low']],
      ["params.max_depth LIKE '1%'", ['high', 'middle']],
      ["tags.owner = 'grace'", ['high']],
      ["tags.owner ILIKE 'GRACE'", ['high', 'middle']],
      ["tags.owner LIKE 'g%'", ['high']],
      ['tags."owner" = \'ada\'', ['low']],
      ["attributes.status = 'FINISHED'", ['high', 'low']],
      ["status != 'FINISHED'", ['middle', 'bare']],
      ["attributes.run_name = 'low'", ['low']],
      ["run_name ILIKE 'H%'", ['high']],
      ["attribute.`Run name` = 'low'", ['low']],
      ['attributes.start_time > 1500', ['high', 'middle']],
      ['attributes.end_time <= 2500', ['middle', 'low']],
      ["tags.owner = 'grace' and metrics.test_f1 > 0.5 and params.max_depth = '15'", ['high']],
      ["tags.owner = 'ada' AND metrics.test_f1 > 0.5", []],
    ])('the filter %s finds %j', async (filter, expected) => {
      expect(await names({ filter })).toEqual(expected);
    });

    test('a run is found by id, also in a list', async () => {
      expect(await names({ filter: `attributes.run_id = '${ids.low}'` })).toEqual(['low']);
      expect(await names({ filter: `run_id IN ('${ids.low}', '${ids.high}')` })).toEqual(['high', 'low']);
    });

    test.each([
      [['metrics.test_f1 ASC'], ['low', 'middle', 'high', 'bare']],
      [['metrics.test_f1 DESC'], ['high', 'middle', 'low', 'bare']],
      [['params.max_depth'], ['middle', 'high', 'low', 'bare']],
      [['attributes.start_time ASC'], ['bare', 'low', 'middle', 'high']],
      [['start_time DESC'], ['high', 'middle', 'low', 'bare']],
      [
        ['attributes.status ASC', 'metrics.test_f1 DESC'],
        ['middle', 'high', 'low', 'bare'],
      ],
    ])(
      'ordered by %j the runs come as %j; a run without the value comes last',
      async (order_by, expected) => {
        expect(await names({ order_by })).toEqual(expected);
      },
    );

    test('a search is paged to its end', async () => {
      const seen: unknown[] = [];
      let page_token: string | undefined;
      do {
        const page = await ok(search({ max_results: 3, ...(page_token && { page_token }) }));
        seen.push(...(page.runs ?? []).map((run) => run.info!.run_name));
        page_token = page.next_page_token;
      } while (page_token);
      expect(seen).toEqual(['high', 'middle', 'low', 'bare']);
    });

    test('deleted runs come only when asked for', async () => {
      const { api } = wire();
      const run_id = await newRun(wire(), { experiment_id, run_name: 'gone', start_time: 9000 });
      await ok(api.POST('/api/2.0/mlflow/runs/delete', { body: { run_id } }));
      expect(await names({})).not.toContain('gone');
      expect(await names({ run_view_type: 'DELETED_ONLY' })).toEqual(['gone']);
      expect(await names({ run_view_type: 'ALL' })).toContain('gone');
    });

    test('an experiment without runs, or none at all, gives none', async () => {
      expect(await names({ experiment_ids: [await newExperiment(wire())] })).toEqual([]);
      expect(await names({ experiment_ids: [] })).toEqual([]);
    });

    test.each([
      'nonsense',
      "metrics.test_f1 > 'high'",
      'params.max_depth > 5',
      "tags.owner == 'ada'",
      "attributes.no_such_attribute = 'x'",
      "tags.owner = 'ada' or tags.owner = 'grace'",
    ])('the filter %s is 400 INVALID_PARAMETER_VALUE', async (filter) => {
      expect(await refused(search({ filter }))).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
      });
    });

    test('an order by something unknown, more than 50000 results or a broken page token is 400', async () => {
      for (const body of [
        { order_by: ['nonsense here please'] },
        { max_results: 50_001 },
        { page_token: 'broken' },
      ]) {
        expect(await refused(search(body))).toMatchObject({ status: 400 });
      }
    });
  });
}
