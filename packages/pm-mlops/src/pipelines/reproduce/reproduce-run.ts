import { createHash } from 'node:crypto';
import { parseConfig, UserError, type WorkflowConfig } from 'pm-core';
import { borrowTables } from 'pm-core/lake';
import { exportOnnx } from 'pm-core/onnx';
import type { MlflowClient } from '../../mlflow/client.ts';
import { askedRun } from '../base/asked-run.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import { gitTags } from '../base/tracked-run.ts';
import { readingLake, type Workbench, writingLake } from '../base/workbench.ts';
import { calibrateModel } from '../training/calibrate-model.ts';
import { fit } from '../training/fit-model.ts';
import {
  codeOf,
  digestTables,
  librariesOf,
  readTrainingRecord,
  rowDigests,
  type TrainingRecord,
} from '../training/training-record.ts';
import { workflowOf } from '../workflow-of.ts';
import {
  codeDifferences,
  type Difference,
  dataDifferences,
  optionDifferences,
  TRAINING_OPTIONS,
} from './compare-records.ts';

export interface Reproduction {
  readonly runId: string;
  /** `other-data`: today's lake gives other training rows, so that nothing was trained. */
  readonly verdict: 'same-bytes' | 'other-bytes' | 'other-data';
  /** SHA-256 of the run's model.onnx. */
  readonly recorded: string;
  /** Of the one that came out now. */
  readonly reproduced?: string | undefined;
  /** What explains another model, if any of what is recorded does. */
  readonly firstDifference?: Difference | undefined;
  /** All that is not as it was: data, code, library. */
  readonly differences: readonly Difference[];
  /** Where today's workflow file asks for another model; this one was trained with the run's own options. */
  readonly workflowFile: readonly Difference[];
}

/**
 * Trains the model of a run again, from what the run recorded, on today's lake and with today's code: into a temporary place,
 * nothing is logged or registered and the lake stays as it is.
 * @throws UserError `run-not-found`, `no-training-record`, `other-workflow`; `bad-config` for options that this version does not know.
 */
export async function reproduceRun(
  client: MlflowClient,
  context: PipelineContext,
  runId: string,
): Promise<Reproduction> {
  const record = await readTrainingRecord(client, await askedRun(client, runId));
  const config = recordedConfig(record, runId);
  checkWorkflow(context.config, config, runId);
  return withBorrowedLake({ ...context, config }, record, async (bench, own) => {
    const libraries = await librariesOf(bench.engine);
    const code = codeOf(gitTags(context)['mlflow.source.git.commit']);
    const data = await context.step('compare the tables', () => compareData(bench, config, record));
    const differences = [...data, ...codeDifferences(record, { code, libraries })];
    const workflowFile = optionDifferences(config, context.config);
    const found = { runId, recorded: record.modelDigest, differences, workflowFile };
    const reproduced = await trainAgain(bench, own, record);
    if (reproduced === undefined) {
      return { ...found, verdict: 'other-data', firstDifference: differences[0] };
    }
    if (reproduced === record.modelDigest) return { ...found, verdict: 'same-bytes', reproduced };
    // The training rows are the same: tables that differ do so elsewhere.
    const firstDifference = differences.find(({ kind }) => kind !== 'data');
    return { ...found, verdict: 'other-bytes', reproduced, firstDifference };
  });
}

/** The workflow of the run in what a training depends on; what else it said may have other keys by now, and takes its defaults. */
function recordedConfig({ config }: TrainingRecord, runId: string): WorkflowConfig {
  const kept = ['name', 'kind', 'files', ...TRAINING_OPTIONS];
  const own = Object.fromEntries(Object.entries(config).filter(([key]) => kept.includes(key)));
  return parseConfig(own, `the record of run ${runId}`);
}

function checkWorkflow({ name }: WorkflowConfig, recorded: WorkflowConfig, runId: string): void {
  if (name === recorded.name) return;
  throw new UserError('other-workflow', `Run ${runId} is of ${recorded.name}, not of ${name}.`, {
    next: `Name its workflow file: --config config/${recorded.name}.yaml`,
  });
}

/** A lake with the recorded tables alone, to label and read in as a training does. */
function withBorrowedLake<Result>(
  context: PipelineContext,
  { tables }: TrainingRecord,
  work: (bench: Workbench, context: PipelineContext) => Promise<Result>,
): Promise<Result> {
  return readingLake(context, ({ lake }) =>
    inTemporaryFolder((folder) => {
      borrowTables(lake, folder, Object.keys(tables));
      const environment = { ...context.environment, PM_LAKE_ON_VOLUME: undefined };
      const own = { ...context, lakeDirectory: folder, environment };
      return writingLake(own, 'pm runs reproduce', (bench) => work(bench, own));
    }),
  );
}

async function compareData(
  { lake, engine }: Workbench,
  config: WorkflowConfig,
  record: TrainingRecord,
): Promise<Difference[]> {
  const present = Object.keys(record.tables).filter((name) => lake.manifest.tables[name] !== undefined);
  const { duckdb } = await librariesOf(engine);
  const tables = await digestTables(engine, config, present);
  return dataDifferences(record, { tables, gridAnchor: lake.manifest.gridAnchor, duckdb });
}

/** The digest of the model that comes out now; undefined where its training rows are not those of the run. */
async function trainAgain(
  bench: Workbench,
  context: PipelineContext,
  { featureTable, rows, tables }: TrainingRecord,
): Promise<string | undefined> {
  const { config, step } = context;
  if (Object.keys(tables).some((name) => bench.lake.manifest.tables[name] === undefined)) return undefined;
  const workflow = workflowOf(context);
  await step('label the rows', () => workflow.labelRows(bench, featureTable));
  const data = await step('read train and test rows', () => workflow.readTrainingData(bench, featureTable));
  const { training, validation } = rowDigests(data);
  if (training !== rows.training || validation !== rows.validation) return undefined;
  const raw = await step(`fit the ${config.model.algorithm}`, (onProgress) =>
    fit(data.train, context, { validation: data.validation, onProgress }),
  );
  const { fitted } = await step('calibrate the probabilities', (onProgress) =>
    calibrateModel(raw, { train: data.train }, context, onProgress),
  );
  return createHash('sha256').update(exportOnnx(fitted.ensemble)).digest('hex');
}
