import type { components } from '../generated/mlflow.ts';
import { recordOf } from './wire-values.ts';

type Schemas = components['schemas'];

/** MLflow's stages; a version has one. */
export const MODEL_STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type ModelStage = (typeof MODEL_STAGES)[number];
/** Stages that one version of a model holds. */
export type ActiveStage = 'Staging' | 'Production';

export interface ModelVersion {
  readonly modelName: string;
  /** Digits; a string to the end. */
  readonly version: string;
  readonly stage: ModelStage;
  /** `READY` once it can be loaded. */
  readonly status: string;
  readonly statusMessage: string | undefined;
  /** URI that the version was registered from. */
  readonly source: string;
  /** Tracking run that made it. */
  readonly runId: string | undefined;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly lastUpdatedAtMs: number;
}

export interface RegisteredModel {
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Version that each alias points at. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly lastUpdatedAtMs: number;
}

/** The version of an answer. @throws Error where the answer holds none. */
export function modelVersionOf(wire: Schemas['ModelVersion'] | undefined): ModelVersion {
  if (wire?.name === undefined || wire.version === undefined) {
    throw new Error('MLflow answered without a model version');
  }
  return {
    modelName: wire.name,
    version: `${wire.version}`,
    stage: MODEL_STAGES.find((stage) => stage === wire.current_stage) ?? 'None',
    status: wire.status ?? 'READY',
    statusMessage: wire.status_message || undefined,
    source: wire.source ?? '',
    runId: wire.run_id || undefined,
    description: wire.description ?? '',
    tags: recordOf(wire.tags),
    createdAtMs: Number(wire.creation_timestamp ?? 0),
    lastUpdatedAtMs: Number(wire.last_updated_timestamp ?? 0),
  };
}

/** The registered model of an answer. @throws Error where the answer holds none. */
export function registeredModelOf(wire: Schemas['RegisteredModel'] | undefined): RegisteredModel {
  if (wire?.name === undefined) throw new Error('MLflow answered without a registered model');
  return {
    name: wire.name,
    description: wire.description ?? '',
    tags: recordOf(wire.tags),
    aliases: Object.fromEntries((wire.aliases ?? []).map(({ alias, version }) => [alias, `${version}`])),
    createdAtMs: Number(wire.creation_timestamp ?? 0),
    lastUpdatedAtMs: Number(wire.last_updated_timestamp ?? 0),
  };
}

/** Which of two versions in one stage is taken to hold it: the one changed later, then the higher number. Sorts it first. */
export function byPrecedence(a: ModelVersion, b: ModelVersion): number {
  return b.lastUpdatedAtMs - a.lastUpdatedAtMs || Number(b.version) - Number(a.version);
}

/** The version that holds a stage, by {@link byPrecedence} where more than one says so; undefined where none does. */
export function holderOf(stage: ModelStage, versions: readonly ModelVersion[]): ModelVersion | undefined {
  return versions.filter((version) => version.stage === stage).toSorted(byPrecedence)[0];
}
