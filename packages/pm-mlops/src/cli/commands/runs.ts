import { experimentName } from '../../pipelines/base/names.ts';
import { defineCommand } from '../command.ts';
import { formatInstant } from '../format-instant.ts';
import { formatTable } from '../text-table.ts';
import { withTracking } from './tracking.ts';

export const runsList = defineCommand({
  name: 'runs list',
  describe: "runs of the workflow's experiment, the latest first",
  examples: [
    ['runs list --rows 5', 'the last five'],
    ['runs list --filter "metrics.test_macro_f1 > 0.5"', "MLflow's search language"],
  ],
  options: {
    rows: { type: 'integer', least: 1, default: 20, describe: 'at most so many' },
    filter: { type: 'string', describe: "MLflow filter, such as params.model.trees = '200'" },
  },
  async run({ rows, filter }, context) {
    const { listRuns } = await import('../../pipelines/listing.ts');
    return withTracking(context, async (client, location) => {
      const runs = await listRuns(client, experimentName(context), { rows, filter });
      const text = formatTable(runs, [
        { heading: 'run', cell: (run) => run.runId },
        { heading: 'name', cell: (run) => run.runName },
        { heading: 'status', cell: (run) => run.status },
        { heading: 'started', cell: (run) => formatInstant(run.startTimeMs) },
        { heading: 'algorithm', cell: (run) => run.params['model.algorithm'] ?? '' },
        {
          heading: 'macro F1',
          align: 'right',
          cell: (run) => run.metrics.test_macro_f1?.toFixed(4) ?? '',
        },
      ]);
      const none = `No run of ${experimentName(context)} is in ${location}. Next: pm train`;
      return { json: { runs }, text: runs.length === 0 ? none : text };
    });
  },
});

export const runsShow = defineCommand({
  name: 'runs show',
  describe: 'one run: params, metrics, tags, datasets',
  examples: [['runs show 0123456789abcdef0123456789abcdef', 'everything logged with it']],
  options: { id: { type: 'string', positional: 'required', describe: 'run id' } },
  async run({ id }, context) {
    const { askedRun } = await import('../../pipelines/base/asked-run.ts');
    return withTracking(context, async (client) => {
      const run = await askedRun(client, id);
      const { params, metrics, tags, datasets, ...info } = run;
      const section = (title: string, facts: Readonly<Record<string, unknown>>) =>
        formatTable(Object.entries(facts).sort(), [
          { heading: title, cell: ([name]) => name },
          { heading: 'value', cell: ([, value]) => String(value ?? '').slice(0, 120) },
        ]);
      const inputs = Object.fromEntries(datasets.map((one) => [`${one.name} (${one.context})`, one.digest]));
      const text = [
        section('run', info),
        section('param', params),
        section('metric', metrics),
        section('tag', tags),
        section('dataset', inputs),
      ];
      return { json: run, text: text.join('\n\n') };
    });
  },
});
