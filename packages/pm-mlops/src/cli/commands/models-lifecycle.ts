import { registeredModelName } from '../../pipelines/base/names.ts';
import type { ModelComparison, ModelSide, Rollback, StagesAt } from '../../pipelines/lifecycle/index.ts';
import { defineCommand } from '../command.ts';
import { formatInstant } from '../format-instant.ts';
import { formatTable } from '../text-table.ts';
import { withTracking } from './tracking.ts';

export const modelsAt = defineCommand({
  name: 'models at',
  describe: 'which version stood in which stage at a time, by the ledger of stage moves',
  examples: [
    ['models at 2026-03-01', 'at the first instant of that day, UTC'],
    ['models at 2026-03-01T12:00:00 --stage Production', 'what was scored with then'],
  ],
  options: {
    date: { type: 'timestamp', positional: 'required', describe: 'UTC time' },
    stage: {
      type: 'string',
      choices: ['None', 'Staging', 'Production', 'Archived'],
      describe: 'this stage only',
    },
  },
  async run({ date, stage }, context) {
    const { stagesAt } = await import('../../pipelines/lifecycle/index.ts');
    return withTracking(context, async (client) => {
      const all = await stagesAt(client, registeredModelName(context), `${date}Z`);
      const standings = all.standings.filter((one) => stage === undefined || one.stage === stage);
      const found = { ...all, standings };
      return { json: found, text: standingsText(found, stage) };
    });
  },
});

export const modelsRollback = defineCommand({
  name: 'models rollback',
  describe: 'the version that was in Production before, back in one step, once it has been tried',
  examples: [
    ['models rollback', 'the present version is archived; once more goes one step further back'],
    ['models rollback --reason "false alarms on line 4"', 'with a reason, kept in the ledger'],
  ],
  options: { reason: { type: 'string', describe: 'why, kept in the ledger' } },
  async run({ reason }, context) {
    const { rollback } = await import('../../pipelines/lifecycle/index.ts');
    return withTracking(context, async (client) => {
      const result = await rollback(client, context, { reason });
      return { json: result, text: rollbackText(result) };
    });
  },
});

export const modelsCompare = defineCommand({
  name: 'models compare',
  describe: 'two versions side by side, and on the rows that neither was trained on',
  examples: [
    ['models compare 1 2', 'version 2 beside version 1 of the workflow'],
    ['models compare Production Staging', 'what is there beside what may come'],
  ],
  options: {
    first: { type: 'string', positional: 'required', describe: 'number, stage, or model URI' },
    second: { type: 'string', positional: 'required', describe: 'the same of the version held against it' },
  },
  async run({ first, second }, context) {
    const { resolveModelUri } = await import('../../mlflow/model-uri.ts');
    const { compareModels } = await import('../../pipelines/lifecycle/index.ts');
    const uriOf = (word: string) =>
      word.startsWith('models:') ? word : `models:/${registeredModelName(context)}/${word}`;
    return withTracking(context, async (client) => {
      const [one, other] = [
        await resolveModelUri(client, uriOf(first)),
        await resolveModelUri(client, uriOf(second)),
      ];
      const comparison = await compareModels(client, context, { first: one, second: other });
      return { json: comparison, text: comparisonText(comparison) };
    });
  },
});

function standingsText({ modelName, at, standings, doubts }: StagesAt, stage: string | undefined): string {
  const none = `No version of ${modelName} ${stage === undefined ? 'was there' : `stood in ${stage}`} at ${at}.`;
  const table = formatTable(standings, [
    { heading: 'version', align: 'right', cell: (one) => one.version },
    { heading: 'stage', cell: (one) => one.stage },
    { heading: 'since', cell: ({ move }) => move?.at.slice(0, 19) ?? '' },
    { heading: 'by', cell: ({ move }) => move?.by ?? '' },
    { heading: 'move', cell: ({ move }) => move?.action ?? '' },
    { heading: 'why', cell: ({ move }) => (move?.why ?? '').slice(0, 100) },
  ]);
  return [standings.length === 0 ? none : table, ...doubts].join('\n');
}

function rollbackText({ modelName, version, replacedVersion, reason }: Rollback): string {
  const archived = replacedVersion === undefined ? '' : `, version ${replacedVersion} is archived`;
  return `Version ${version} of ${modelName} is back in Production${archived}${reason === undefined ? '' : `: ${reason}`}.`;
}

function comparisonText({ first, second, paired }: ModelComparison): string {
  const verdict =
    paired.kind === 'none'
      ? [`Not held against each other on the same rows: ${paired.reason}`]
      : [
          `Version ${second.version} beside version ${first.version}, on rows that neither was trained on:`,
          ...paired.checks.map(({ name, verdict, sentence }) => `  ${name}: ${verdict}; ${sentence}`),
          ...Object.entries(paired.byComponent).map(([name, verdict]) => `  ${name}: ${verdict}`),
        ];
  const rows = comparedRows(first, second);
  const titleOf = ({ modelName, version }: ModelSide) =>
    first.modelName === second.modelName ? `version ${version}` : `${modelName} ${version}`;
  const table = formatTable(rows, [
    { heading: '', cell: ([name]) => name! },
    { heading: titleOf(first), cell: ([, value]) => value! },
    { heading: titleOf(second), cell: ([, , value]) => value! },
  ]);
  return [table, '', ...verdict].join('\n');
}

/** Facts and test metrics of both; of params and datasets those that differ. */
function comparedRows(first: ModelSide, second: ModelSide): string[][] {
  const row = (name: string, text: (side: ModelSide) => string) => [name, text(first), text(second)];
  const keys = (pick: (side: ModelSide) => object) =>
    [...new Set([first, second].flatMap((side) => Object.keys(pick(side))))].sort();
  const figure = (value: number | undefined) => (value === undefined ? '–' : `${Number(value.toFixed(4))}`);
  const differing = (prefix: string, pick: (side: ModelSide) => Readonly<Record<string, string>>) =>
    keys(pick)
      .filter((key) => pick(first)[key] !== pick(second)[key])
      .map((key) => row(`${prefix} ${key}`, (side) => (pick(side)[key] ?? '–').slice(0, 40)));
  return [
    row('stage', ({ stage, aliases }) => [stage, ...aliases].join(', ')),
    row('created', ({ createdAtMs }) => formatInstant(createdAtMs)),
    row('run', ({ trackingRunId }) => trackingRunId ?? '–'),
    row('model digest', ({ modelDigest }) => modelDigest?.slice(0, 16) ?? '–'),
    row('trained on', ({ trainingInterval: span }) => (span ? `${span.from} – ${span.to}` : '–')),
    row('features', ({ features }) => featureText(features, [first, second])),
    ...differing('data', ({ datasets }) => datasets),
    ...differing('param', ({ params }) => params),
    ...keys(({ metrics }) => metrics)
      .filter((key) => key.startsWith('test_'))
      .map((key) => row(key, ({ metrics }) => figure(metrics[key]))),
  ];
}

/** How many, and which of them the other version does not take. */
function featureText(features: readonly string[] | undefined, sides: readonly ModelSide[]): string {
  if (features === undefined) return '–';
  const shared = sides.flatMap((side) => (side.features === undefined ? [] : [new Set(side.features)]));
  const own = features.filter((name) => !shared.every((names) => names.has(name)));
  const named = own.length > 3 ? [...own.slice(0, 3), '…'] : own;
  return own.length === 0 ? `${features.length}` : `${features.length}, own: ${named.join(', ')}`;
}
