import { experimentName } from '../../pipelines/base/names.ts';
import type { Tally, TransferReport } from '../../pipelines/transfer/index.ts';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { Outcome } from '../outcome.ts';
import { formatTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';
import { withTracking } from './tracking.ts';

const options = {
  experiment: { type: 'string', repeatable: true, describe: "experiments by name [the workflow's]" },
  all: { type: 'boolean', describe: 'every experiment' },
  models: { type: 'boolean', describe: 'what is registered from these runs as well' },
  stages: { type: 'boolean', describe: 'the same with stages and aliases, which others lose there' },
} as const;

interface Choice {
  readonly experiment: readonly string[];
  readonly all: boolean | undefined;
  readonly models: boolean | undefined;
  readonly stages: boolean | undefined;
}

export const runsPush = defineCommand({
  name: 'runs push',
  describe: 'copy runs with histories, files and models to another store, and compare what arrived',
  examples: [
    ['runs push http://mlflow.example:5000', "the workflow's experiment to a server"],
    ['runs push sqlite:////mnt/usb/mlflow.db --all --models', 'all there is into another file'],
  ],
  options: {
    to: { type: 'string', positional: 'required', describe: 'tracking URI to copy to' },
    ...options,
  },
  async run({ to, ...choice }, context) {
    const { openSource, otherEnvironment } = await import('../../pipelines/transfer/index.ts');
    const { environment, cwd } = context;
    const own = await openSource(environment.MLFLOW_TRACKING_URI || 'sqlite:///mlflow.db', environment, cwd);
    const other = { ...otherEnvironment(environment, cwd), MLFLOW_TRACKING_URI: to };
    try {
      return await withTracking({ ...context, environment: other }, (client) =>
        transfer(context, choice, own.source, client),
      );
    } finally {
      await own.close();
    }
  },
});

export const runsPull = defineCommand({
  name: 'runs pull',
  describe:
    'copy runs with histories, files and models from another store or an old mlruns folder to this one',
  examples: [
    ['runs pull ./mlruns --all --models --stages', 'an old file store, whole'],
    ['runs pull http://mlflow.example:5000 --experiment turbines', 'one experiment of a server'],
  ],
  options: {
    from: { type: 'string', positional: 'required', describe: 'tracking URI or mlruns folder to copy from' },
    ...options,
  },
  async run({ from, ...choice }, context) {
    const { openSource, otherEnvironment } = await import('../../pipelines/transfer/index.ts');
    const { environment, cwd } = context;
    const other = await openSource(from, otherEnvironment(environment, cwd), cwd);
    try {
      return await withTracking(context, (client) => transfer(context, choice, other.source, client));
    } finally {
      await other.close();
    }
  },
});

async function transfer(
  context: CommandContext,
  { experiment, all, models = false, stages = false }: Choice,
  source: Parameters<TransferRuns>[0]['source'],
  target: Parameters<TransferRuns>[0]['target'],
): Promise<Outcome> {
  if (all && experiment.length > 0) throw new UsageError('--all and --experiment exclude each other.');
  const named = experiment.length > 0 ? experiment : [experimentName(context)];
  const { transferRuns } = await import('../../pipelines/transfer/index.ts');
  const report = await context.step('copy and compare runs', (progress) =>
    transferRuns({
      source,
      target,
      experiments: all ? undefined : named,
      models,
      stages,
      signal: context.signal,
      onProgress: (done, total) => progress(done / total, `run ${done} of ${total}`),
    }),
  );
  return { json: report, text: reportText(report), exitCode: report.losses.length > 0 ? 1 : 0 };
}

type TransferRuns = typeof import('../../pipelines/transfer/index.ts').transferRuns;

function reportText(report: TransferReport): string {
  const { runs, loggedModels, modelVersions, losses } = report;
  const table = formatTable(
    Object.entries({ runs, 'logged models': loggedModels, versions: modelVersions }),
    [
      { heading: 'what', cell: ([name]) => name },
      ...(['created', 'completed', 'unchanged'] as const).map((kind) => ({
        heading: kind,
        align: 'right' as const,
        cell: ([, tally]: [string, Tally]) => `${tally[kind]}`,
      })),
    ],
  );
  const counted = `${report.metricPoints} metric points and ${report.artifactFiles} files (${report.artifactBytes} bytes)`;
  const leftOut = report.deletedRuns > 0 ? `\nDeleted runs, left out: ${report.deletedRuns}.` : '';
  const verdict =
    losses.length === 0
      ? `${counted} compared: nothing is missing.`
      : `${counted} compared. ${losses.length} did not arrive:\n  ${losses.join('\n  ')}`;
  return `${table}\n\n${verdict}${leftOut}`;
}
