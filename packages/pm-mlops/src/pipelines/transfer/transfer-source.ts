import type { components } from '../../generated/mlflow.ts';
import type { ArtifactFolder } from '../../mlflow/artifacts.ts';
import type { ModelStage } from '../../mlflow/model-version.ts';
import type { RunStatus } from '../../mlflow/run.ts';

type Texts = Readonly<Record<string, string>>;

/** A point of a metric's history, numbers as they came: what a double would round stays text. */
export type WirePoint = components['schemas']['Metric'];

export interface ExperimentRecord {
  readonly experimentId: string;
  readonly name: string;
  readonly tags: Texts;
}

export interface DatasetRecord {
  readonly dataset: components['schemas']['Dataset'];
  readonly tags: Texts;
}

/** Everything of a run but the points of its metrics and its files. Times are milliseconds since 1970 UTC. */
export interface RunRecord {
  readonly runId: string;
  readonly experimentId: string;
  readonly isDeleted: boolean;
  readonly runName: string;
  readonly userId: string;
  readonly status: RunStatus;
  readonly startTimeMs: number;
  readonly endTimeMs: number | undefined;
  readonly artifactUri: string;
  readonly params: Texts;
  readonly tags: Texts;
  readonly metricKeys: readonly string[];
  readonly datasets: readonly DatasetRecord[];
  /** Logged models that the run read. */
  readonly inputModelIds: readonly string[];
  readonly outputModels: readonly { readonly modelId: string; readonly step: number | string }[];
}

export interface LoggedModelRecord {
  readonly modelId: string;
  readonly name: string;
  readonly modelType: string;
  readonly status: components['schemas']['LoggedModelStatus'];
  readonly sourceRunId: string | undefined;
  readonly artifactUri: string;
  readonly params: Texts;
  readonly tags: Texts;
  /** Each with the `run_id` that logged it. */
  readonly metrics: readonly WirePoint[];
}

export interface VersionRecord {
  readonly modelName: string;
  readonly version: string;
  readonly stage: ModelStage;
  readonly status: string;
  readonly source: string;
  readonly runId: string | undefined;
  readonly description: string;
  readonly tags: Texts;
  readonly createdAtMs: number;
}

export interface RegisteredModelRecord {
  readonly name: string;
  readonly description: string;
  readonly tags: Texts;
  readonly aliases: Texts;
  /** In order of their numbers. */
  readonly versions: readonly VersionRecord[];
}

/** Where runs are read from: a server, an embedded file or an old ./mlruns folder. Deleted experiments and models are not told. */
export interface TransferSource {
  /** For people. */
  readonly location: string;
  experiments(): Promise<ExperimentRecord[]>;
  /** Ids of an experiment's runs, with deleted ones. */
  runs(experimentId: string): Promise<{ readonly runId: string; readonly isDeleted: boolean }[]>;
  /** Undefined where there is no such run. */
  run(runId: string): Promise<RunRecord | undefined>;
  /** The points of some metrics of a run, each point once. */
  points(runId: string, keys: readonly string[]): Promise<WirePoint[]>;
  /** None where the source has no logged models at all (before MLflow 3). */
  loggedModels(experimentId: string): Promise<LoggedModelRecord[]>;
  registeredModels(): Promise<RegisteredModelRecord[]>;
  /** @throws UserError `unsupported-artifact-store` */
  artifacts(uri: string): ArtifactFolder;
}
