import { UserError } from 'pm-core';

/** Errors whose message alone tells what to do; the others are faults of ours and show where they arose. */
export const isForPeople = (error: Error): boolean =>
  error instanceof UserError || isTracking(error) || isDatabricks(error) || error.name === 'AbortError';

/** By name, so that no command loads the MLflow client just for its errors. */
export const isTracking = (error: unknown): boolean =>
  error instanceof Error && ['MlflowError', 'ArtifactStoreError'].includes(error.name);

/** By name too: a refusal of a Databricks workspace. */
export const isDatabricks = (error: unknown): boolean =>
  error instanceof Error && error.name === 'DatabricksError';
