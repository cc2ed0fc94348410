import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from 'pm-core';
import { localArtifacts } from '../../mlflow/artifact-stores/local.ts';
import type { RunStatus } from '../../mlflow/run.ts';
import { foldersIn, type Meta, ownArtifacts, readKeys, readMeta, readMetaPairs } from './mlruns-files.ts';
import { mlrunsModels } from './mlruns-models.ts';
import { pointsOfLines } from './mlruns-points.ts';
import { mlrunsRegistry } from './mlruns-registry.ts';
import { pointsMissing } from './run-gap.ts';
import type { DatasetRecord, RunRecord, TransferSource } from './transfer-source.ts';

/** A file store numbers the statuses of runs. */
const statuses: Readonly<Record<string, RunStatus>> = {
  '1': 'RUNNING',
  '2': 'SCHEDULED',
  '3': 'FINISHED',
  '4': 'FAILED',
  '5': 'KILLED',
};

/**
 * An old ./mlruns folder as MLflow's file store wrote it, read without MLflow.
 * @throws UserError `not-mlruns`; reading on, `broken-mlruns`.
 */
export function mlrunsSource(root: string): TransferSource {
  const experiments = foldersIn(root).filter((name) => /^\d+$/.test(name));
  if (!experiments.some((name) => existsSync(join(root, name, 'meta.yaml')))) {
    throw new UserError('not-mlruns', `${root} is no mlruns folder: no experiment is in it.`, {
      next: 'Name the folder that holds folders such as 0/ with a meta.yaml each.',
    });
  }
  const runFolder = (runId: string) =>
    experiments
      .map((name) => join(root, name, runId))
      .find((folder) => existsSync(join(folder, 'meta.yaml')));
  return {
    location: root,
    experiments: async () =>
      experiments.flatMap((experimentId) => {
        const meta = readMeta(join(root, experimentId));
        const name = meta?.name;
        if (name === undefined || meta?.lifecycle_stage === 'deleted') return [];
        return { experimentId, name, tags: readKeys(join(root, experimentId, 'tags')) };
      }),
    runs: async (experimentId) =>
      foldersIn(join(root, experimentId))
        .filter((name) => /^[0-9a-f]{32}$/.test(name))
        .map((runId) => {
          const meta = readMeta(join(root, experimentId, runId));
          return { runId, isDeleted: meta?.lifecycle_stage === 'deleted' };
        }),
    run: async (runId) => {
      const folder = runFolder(runId);
      return folder === undefined ? undefined : recordOf(root, folder, runId);
    },
    points: async (runId, keys) => {
      const lines = readKeys(join(runFolder(runId)!, 'metrics'));
      return keys.flatMap((key) => pointsMissing(pointsOfLines(key, lines[key] ?? ''), []));
    },
    loggedModels: async (experimentId) => mlrunsModels(root, experimentId),
    registeredModels: async () => mlrunsRegistry(join(root, 'models')),
    artifacts: (uri) => localArtifacts(placeOf(root, uri)),
  };
}

function recordOf(root: string, folder: string, runId: string): RunRecord {
  const meta = readMeta(folder)!;
  const experimentId = meta.experiment_id ?? '';
  const tags = readKeys(join(folder, 'tags'));
  return {
    runId,
    experimentId,
    isDeleted: meta.lifecycle_stage === 'deleted',
    runName: tags['mlflow.runName'] ?? meta.run_name ?? '',
    userId: meta.user_id ?? '',
    status: statuses[meta.status ?? ''] ?? 'RUNNING',
    startTimeMs: Number(meta.start_time ?? 0),
    endTimeMs: meta.end_time === undefined ? undefined : Number(meta.end_time),
    artifactUri: ownArtifacts(folder, meta.artifact_uri),
    params: readKeys(join(folder, 'params')),
    tags,
    metricKeys: Object.keys(readKeys(join(folder, 'metrics'))),
    datasets: inputs(folder, 'DATASET').map((input) => datasetOf(root, experimentId, input)),
    inputModelIds: inputs(folder, 'RUN_INPUT').map(({ meta }) => meta.destination_id ?? ''),
    outputModels: foldersIn(join(folder, 'outputs')).map((name) => {
      const output = readMeta(join(folder, 'outputs', name));
      return { modelId: output?.destination_id ?? name, step: output?.step ?? 0 };
    }),
  };
}

interface Input {
  readonly folder: string;
  readonly meta: Meta;
}

function inputs(folder: string, sourceType: string): Input[] {
  return foldersIn(join(folder, 'inputs'))
    .map((name) => join(folder, 'inputs', name))
    .map((input) => ({ folder: input, meta: readMeta(input) ?? {} }))
    .filter(({ meta }) => meta.source_type === sourceType);
}

function datasetOf(root: string, experimentId: string, { folder, meta }: Input): DatasetRecord {
  const dataset = readMeta(join(root, experimentId, 'datasets', meta.source_id ?? '')) ?? {};
  const { name = '', digest = '', source_type = '', source = '', schema, profile } = dataset;
  const columns = { ...(schema !== undefined && { schema }), ...(profile !== undefined && { profile }) };
  return {
    dataset: { name, digest, source_type, source, ...columns },
    tags: readMetaPairs(folder, 'tags'),
  };
}

/** @throws UserError `unsupported-artifact-store` */
function placeOf(root: string, uri: string): string {
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  // What a server with a file store and proxied artifacts left beside it.
  const proxied = /^mlflow-artifacts:\/+(.*)$/.exec(uri)?.[1];
  if (proxied !== undefined) return join(root, '..', 'mlartifacts', proxied);
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return resolve(root, '..', uri);
  throw new UserError('unsupported-artifact-store', `Artifacts at ${uri} cannot be reached from a folder.`, {
    next: 'Serve the folder with MLflow (MLFLOW_ALLOW_FILE_STORE=true mlflow server) and pull from there.',
  });
}
