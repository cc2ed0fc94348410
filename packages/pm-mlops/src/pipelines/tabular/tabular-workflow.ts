import { classesOf, type TabularConfig, UserError } from 'pm-core';
import { drawGroupSplit } from 'pm-core/split';
import { equalRows, readSamples } from 'pm-core/tabular';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import { evaluateRows } from '../training/evaluate-rows.ts';
import { fit } from '../training/fit-model.ts';
import { concatRows, selectRows } from '../training/select-rows.ts';
import type { TrainingData } from '../training/training-data.ts';
import { predictRows } from '../training/training-steps.ts';
import type {
  LoadedVersion,
  Metrics,
  RowsToJudge,
  RowsToJudgeRequest,
  Workflow,
} from '../training/workflow.ts';
import { checkSamples, readTabularData, TARGET_TAG, TRAINING_DIGEST_TAG } from './tabular-data.ts';

/** Plain tables: a row stands for itself, and parts are drawn by row. */
export function tabularWorkflow(context: PipelineContext<TabularConfig>): Workflow {
  const { config, step } = context;
  return {
    classes: classesOf(config),
    labelRows: (bench, table) => checkTable(bench, config, table),
    readTrainingData: (bench) => readTabularData(bench, config),
    probeForLeaks: async () => ({}),
    evaluateStrictly: (data) => step('evaluate on unlike rows', () => evaluateGrouped(data, context)),
    weighCosts: async () => undefined,
    labelMismatch: (loaded) => labelMismatch(loaded, config),
    rowsToJudge: (bench, versions, request) => rowsToJudge(bench, config, versions, request),
    costByGroup: async () => undefined,
    recentRows: async ({ engine }) => ({ matrix: (await readSamples(engine, config)).matrix }),
    onOwnColumns: async (_bench, _version, rows) => rows,
  };
}

async function checkTable(bench: Workbench, config: TabularConfig, table: string): Promise<void> {
  if (table !== 'features') {
    throw new UserError('no-table', `${config.name} has no feature tables: its rows are the table samples.`, {
      next: 'Leave --table out.',
    });
  }
  await checkSamples(bench, config);
}

/**
 * ROC AUC of a second model, fitted and tested on parts drawn anew in which equal rows stand on one side: what the first one
 * does with rows that it has never seen. Empty where such parts would lack a class.
 */
async function evaluateGrouped(
  data: TrainingData,
  context: PipelineContext<TabularConfig>,
): Promise<Metrics> {
  const { train, validation, test } = data;
  const all = concatRows(validation === undefined ? [train, test] : [train, validation, test]);
  const parts = drawGroupSplit(all.label, [...equalRows(all.matrix)], context.config.split);
  const [fitted, listened, tested] = [parts.train, parts.validation, parts.test].map((places) =>
    selectRows(all, places),
  );
  if (new Set(fitted!.label).size < 2 || new Set(tested!.label).size < 2) return {};
  const model = await fit(fitted!, context, { validation: listened });
  const { rocAuc } = evaluateRows(tested!, await predictRows(model, tested!));
  return rocAuc === null ? {} : { test_roc_auc_grouped: rocAuc };
}

function labelMismatch(
  { version: { version, tags }, model }: LoadedVersion,
  { target }: TabularConfig,
): string | undefined {
  const own = model.facts?.config.target ?? tags[TARGET_TAG];
  if (own === undefined)
    return `nothing says what version ${version} tells; its tag ${TARGET_TAG} (${target}) would`;
  return own === target ? undefined : `version ${version} tells whether ${own}, not ${target}`;
}

/** The test part, which no version has seen whose training part is today's. */
async function rowsToJudge(
  bench: Workbench,
  config: TabularConfig,
  versions: readonly LoadedVersion[],
  { table, from, to }: RowsToJudgeRequest,
): Promise<RowsToJudge> {
  if (from !== undefined || to !== undefined) {
    throw new UserError('no-time', `The rows of ${config.name} have no time: there is no period to choose.`, {
      next: 'Leave --from and --to out.',
    });
  }
  await checkTable(bench, config, table);
  const { train, test } = await readTabularData(bench, config);
  const other = versions.find(({ version }) => version.tags[TRAINING_DIGEST_TAG] !== train.digest);
  const doubt =
    other &&
    `version ${other.version.version} was trained on other rows than today's training part, maybe on test rows`;
  return { rows: test, from: undefined, doubt };
}
