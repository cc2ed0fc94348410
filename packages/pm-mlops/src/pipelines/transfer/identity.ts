import type { RunRecord, VersionRecord } from './transfer-source.ts';

/** Tag of a copied run: the id it was born with. It stays with further copies, so that a run is one wherever it goes. */
export const SOURCE_RUN_TAG = 'pm.source_run_id';
/** The same of a logged model. */
export const SOURCE_MODEL_TAG = 'pm.source_model_id';
/** The same of a model version, whose number a registry gives anew. */
export const SOURCE_VERSION_TAG = 'pm.source_version';

/** Tags without the marks of a transfer: those are set when a copy is made, and an original needs none. */
export function withoutMarks(tags: Readonly<Record<string, string>>): Record<string, string> {
  const marks = [SOURCE_RUN_TAG, SOURCE_MODEL_TAG, SOURCE_VERSION_TAG];
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !marks.includes(key)));
}

export const runIdentity = ({ runId, tags }: Pick<RunRecord, 'runId' | 'tags'>): string =>
  tags[SOURCE_RUN_TAG] ?? runId;

export const modelIdentity = ({ modelId, tags }: { modelId: string; tags: RunRecord['tags'] }): string =>
  tags[SOURCE_MODEL_TAG] ?? modelId;

/** Two registries may both have a version 1 of a name: the time of birth tells them apart. */
export const versionIdentity = ({ modelName, version, createdAtMs, tags }: VersionRecord): string =>
  tags[SOURCE_VERSION_TAG] ?? `${modelName}/${version}/${createdAtMs}`;
