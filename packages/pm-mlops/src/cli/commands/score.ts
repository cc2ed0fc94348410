import { countText } from 'pm-core';
import { registeredModelName } from '../../pipelines/base/names.ts';
import type { ScoreResult } from '../../pipelines/score.ts';
import type { MachineRisk } from '../../pipelines/scoring/machine-risks.ts';
import { defineCommand } from '../command.ts';
import { derivedText } from '../derived-text.ts';
import { formatTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';
import { withTracking } from './tracking.ts';

const SHOWN_MACHINES = 20;

export const score = defineCommand({
  name: 'score',
  describe: 'score feature rows with a registered model into a table',
  examples: [
    ['score', 'every row of the lake with the Production model into the table predictions'],
    [
      'score --config config/wine-quality.yaml --source other.csv',
      'the rows of a CSV file with the same columns',
    ],
    ['score --new', 'only windows with new, late or corrected rows since they were last scored'],
    ['score --from 2015-12-01 --model models:/predictive-maintenance/3', 'one period with one version'],
  ],
  options: {
    model: {
      type: 'string',
      describe: 'models:/NAME/STAGE, models:/NAME/VERSION or models:/NAME@ALIAS [Production]',
    },
    from: { type: 'timestamp', describe: 'first cutoff (included)' },
    to: { type: 'timestamp', describe: 'last cutoff (included)' },
    new: {
      type: 'boolean',
      default: false,
      describe: 'only what is new or has changed since it was scored (plain tables: every row)',
    },
    source: {
      type: 'string',
      describe: 'plain tables: a CSV file, folder or URL instead of the rows of the lake',
    },
    resultsTable: { type: 'string', default: 'predictions', describe: 'table of the results' },
  },
  async run({ model, from, to, new: onlyNew, source, resultsTable }, context) {
    const { config } = context;
    const modelUri = model ?? `models:/${registeredModelName(context)}/Production`;
    if (config.kind === 'tabular') {
      if (from !== undefined || to !== undefined)
        throw new UsageError(`--from and --to choose a period; the rows of ${config.name} have no time.`);
      const { scoreSampleRows } = await import('./score-samples.ts');
      return scoreSampleRows({ modelUri, source, resultsTable }, { ...context, config });
    }
    const { checkOrigin } = await import('../../pipelines/check-origin.ts');
    const { score: scoreRows } = await import('../../pipelines/score.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    const fleet = { ...context, config };
    return withTracking(context, async (client) => {
      const result = await writingLake(context, 'pm score', (bench) => {
        checkOrigin(bench.lake.manifest, source, context.cwd);
        return scoreRows(bench, client, fleet, { modelUri, from, to, resultsTable, onlyNew });
      });
      const { risks, notScored } = result;
      const more =
        risks.length > SHOWN_MACHINES
          ? [`… and ${risks.length - SHOWN_MACHINES} machines of lower risk`]
          : [];
      const silent = notScored.map(
        (one) => `not scored: machine ${one.machineId}, last reading ${one.lastReadingAt ?? 'never'}`,
      );
      const lines = [
        riskTable(risks.slice(0, SHOWN_MACHINES)),
        ...more,
        ...silent,
        '',
        ...(result.features.computed ? [derivedText(result.features)] : []),
        `${countText(result.scoredRows)} rows scored with ${result.modelName} version ${result.modelVersion}${dueText(result.due)}.`,
        `Results: table ${resultsTable} in ${context.lakeDirectory}; pm tables export ${resultsTable} --format csv`,
      ];
      return { json: result, text: lines.join('\n') };
    });
  },
});

const dueText = (due: ScoreResult['due']): string =>
  due === null
    ? ''
    : `: ${countText(due.new)} new, ${countText(due.rewritten)} rewritten, ${countText(due.unchanged)} unchanged`;

function riskTable(risks: readonly MachineRisk[]): string {
  return formatTable(risks, [
    { heading: 'machine', cell: ({ machineId }) => machineId },
    { heading: 'window end', cell: ({ windowEnd }) => windowEnd },
    { heading: 'component', cell: ({ component }) => component },
    { heading: 'probability', align: 'right', cell: ({ probability }) => probability.toFixed(3) },
    { heading: 'any failure', align: 'right', cell: ({ anyFailure }) => anyFailure.toFixed(3) },
    { heading: 'predicted', cell: ({ predicted }) => predicted },
    { heading: 'action', cell: ({ action }) => action ?? '–' },
    {
      heading: 'saving',
      align: 'right',
      cell: ({ expectedSaving }) => expectedSaving?.toFixed(2) ?? '–',
    },
  ]);
}
