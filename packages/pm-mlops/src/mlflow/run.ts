import type { components } from '../generated/mlflow.ts';
import { optionalNumber, recordOf } from './wire-values.ts';

type Schemas = components['schemas'];

export type RunStatus = NonNullable<Schemas['RunInfo']['status']>;
export type EndStatus = 'FINISHED' | 'FAILED' | 'KILLED';

export interface DatasetInput {
  readonly name: string;
  /** At most 36 characters. */
  readonly digest: string;
  /** What part it had, such as `training`. */
  readonly context: string | undefined;
  readonly sourceType: string;
  /** JSON text: where it came from. */
  readonly source: string;
  /** JSON text: its columns. */
  readonly schema: string | undefined;
  /** JSON text: its size. */
  readonly profile: string | undefined;
}

/** One tracking run. Times are milliseconds since 1970-01-01 UTC. */
export interface Run {
  readonly runId: string;
  readonly experimentId: string;
  readonly runName: string;
  readonly status: RunStatus;
  readonly isDeleted: boolean;
  readonly startTimeMs: number | undefined;
  readonly endTimeMs: number | undefined;
  readonly artifactUri: string;
  readonly params: Readonly<Record<string, string>>;
  /** The latest value of each metric; may be NaN. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly datasets: readonly DatasetInput[];
  readonly outputModelIds: readonly string[];
}

export interface RunSearch {
  readonly experimentIds: readonly string[];
  readonly filter?: string | undefined;
  /** Such as `metrics.test_macro_f1 DESC`; the latest start first where none is given. */
  readonly orderBy?: readonly string[] | undefined;
  readonly viewType?: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL' | undefined;
  readonly pageSize?: number | undefined;
}

/** The run of an answer. @throws Error where the answer holds none. */
export function runOf(wire: Schemas['Run'] | undefined): Run {
  const info = wire?.info;
  if (info?.run_id === undefined) throw new Error('MLflow answered without a run');
  return {
    runId: info.run_id,
    experimentId: info.experiment_id ?? '',
    runName: info.run_name ?? '',
    status: info.status ?? 'RUNNING',
    isDeleted: info.lifecycle_stage === 'deleted',
    startTimeMs: optionalNumber(info.start_time),
    endTimeMs: optionalNumber(info.end_time),
    artifactUri: info.artifact_uri ?? '',
    params: recordOf(wire?.data?.params),
    metrics: Object.fromEntries((wire?.data?.metrics ?? []).map(({ key, value }) => [key, Number(value)])),
    tags: recordOf(wire?.data?.tags),
    datasets: (wire?.inputs?.dataset_inputs ?? []).map(datasetOf),
    outputModelIds: (wire?.outputs?.model_outputs ?? []).map((model) => model.model_id ?? ''),
  };
}

function datasetOf({ dataset, tags }: Schemas['DatasetInput']): DatasetInput {
  return {
    name: dataset?.name ?? '',
    digest: dataset?.digest ?? '',
    context: recordOf(tags)['mlflow.data.context'],
    sourceType: dataset?.source_type ?? '',
    source: dataset?.source ?? '',
    schema: dataset?.schema,
    profile: dataset?.profile,
  };
}
