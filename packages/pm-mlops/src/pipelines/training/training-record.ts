import { DICTIONARY, UserError, type WorkflowConfig } from 'pm-core';
import type { TableEngine } from 'pm-core/engine';
import { featureTable } from 'pm-core/features';
import { digestTable, type TableDigest } from 'pm-core/lake';
import { samplesTable } from 'pm-core/tabular';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { openArtifacts } from '../../mlflow/artifacts.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import type { Run } from '../../mlflow/run.ts';
import { readArtifact } from '../../mlflow/transfer.ts';
import type { Workbench } from '../base/workbench.ts';
import type { TrainingData } from './training-data.ts';

/** The record as a file of the run. */
const RECORD_FILE = 'training_record.json';

const Digest = z.strictObject({ rows: z.int().nonnegative(), columns: z.record(z.string(), z.string()) });

/** All that a model's bytes follow from, as a run keeps it. */
export const TrainingRecord = z.strictObject({
  formatVersion: z.literal(1),
  /** The workflow as it trained: defaults, flags and what a search found included. */
  config: z.record(z.string(), z.unknown()),
  /** Feature table that was asked for. */
  featureTable: z.string(),
  /** First instant of the grid of cutoffs; null without time. */
  gridAnchor: z.string().nullable(),
  /** Tables of the lake that the rows follow from. */
  tables: z.record(z.string(), Digest),
  /** Of the rows that the model learned from, and of those that it was chosen by; null where there were none. */
  rows: z.strictObject({ training: z.string(), validation: z.string().nullable() }),
  code: z.strictObject({ packageVersion: z.string(), commit: z.string().nullable() }),
  /** What computes beside this package, and where: versions by name. */
  libraries: z.strictObject({ duckdb: z.string(), node: z.string(), platform: z.string() }),
  /** SHA-256 of model.onnx. */
  modelDigest: z.string(),
});
export type TrainingRecord = z.infer<typeof TrainingRecord>;

/** What a training followed from and what came of it. */
export async function recordTraining(
  { lake, engine }: Workbench,
  { config, run, data, digest }: { config: WorkflowConfig; run: Run; data: TrainingData; digest: string },
): Promise<TrainingRecord> {
  return {
    formatVersion: 1,
    config: { ...config },
    featureTable: data.featureTable,
    gridAnchor: lake.manifest.gridAnchor,
    tables: await digestTables(engine, config, data.inputTables),
    rows: rowDigests(data),
    code: codeOf(run.tags['mlflow.source.git.commit']),
    libraries: await librariesOf(engine),
    modelDigest: digest,
  };
}

/** The code that runs, as a record tells it. */
export const codeOf = (commit: string | undefined): TrainingRecord['code'] => ({
  packageVersion: packageJson.version,
  commit: commit ?? null,
});

export const rowDigests = ({ train, validation }: TrainingData): TrainingRecord['rows'] => ({
  training: train.digest,
  validation: validation?.digest ?? null,
});

export async function librariesOf(engine: TableEngine): Promise<TrainingRecord['libraries']> {
  const [row] = await engine.query('SELECT version() AS version');
  const platform = `${process.platform}-${process.arch}`;
  return { duckdb: String(row!.version), node: process.version, platform };
}

export async function digestTables(
  engine: TableEngine,
  config: WorkflowConfig,
  names: readonly string[],
): Promise<Record<string, TableDigest>> {
  const digests: Record<string, TableDigest> = {};
  for (const name of names) digests[name] = await digestTable(engine, name, keyOf(config, name));
  return digests;
}

function keyOf(config: WorkflowConfig, table: string): readonly string[] {
  if (config.kind === 'tabular') return samplesTable(config).key;
  return table in DICTIONARY ? DICTIONARY[table as keyof typeof DICTIONARY].key : featureTable(config).key;
}

export async function logTrainingRecord(
  client: MlflowClient,
  run: Run,
  record: TrainingRecord,
): Promise<void> {
  const folder = openArtifacts(client, run.artifactUri);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await folder.retrying(() => folder.write(RECORD_FILE, new Blob([text])));
}

/** @throws UserError `no-training-record` for a run that trained no model here, or did so before runs kept one. */
export async function readTrainingRecord(client: MlflowClient, run: Run): Promise<TrainingRecord> {
  const folder = openArtifacts(client, run.artifactUri);
  const files = await folder.retrying(() => folder.list());
  if (files.some(({ path }) => path === RECORD_FILE)) {
    const found = TrainingRecord.safeParse(JSON.parse(`${await readArtifact(folder, RECORD_FILE)}`));
    if (found.success) return found.data;
  }
  throw new UserError(
    'no-training-record',
    `Run ${run.runId} (${run.runName}, ${run.status}) has no ${RECORD_FILE} that this program can read: what its model was made from is not known.`,
    { next: 'Name a finished run of pm train or pm tune: pm runs list' },
  );
}
