export { safeArtifactPath } from './artifact-path.ts';
export { ArtifactStoreError } from './artifact-stores/index.ts';
export { type ArtifactEntry, type ArtifactFolder, openArtifacts } from './artifacts.ts';
export {
  type Authentication,
  authenticationFrom,
  basicAuthentication,
  bearerAuthentication,
  type Environment,
} from './authentication.ts';
export { BATCH_LIMITS, logBatch, type Metric, metricHistory, type RunValues } from './batches.ts';
export { answerOf, createMlflowClient, type MlflowClient, type MlflowClientOptions } from './client.ts';
export {
  type DatabricksAccess,
  type DatabricksSignIn,
  databricksAuthentication,
} from './databricks-authentication.ts';
export { experimentIdByName, findExperiment } from './experiments.ts';
export { previousProduction, readLedger, stagesByLedger } from './ledger.ts';
export { LEDGER_TAG_PREFIX, type LedgerEntry, MOVE_ACTIONS, type MoveAction } from './ledger-entry.ts';
export { logModelDirectory, type ModelName, type ModelPlace } from './log-model.ts';
export {
  createLoggedModel,
  finalizeLoggedModel,
  getLoggedModel,
  type LoggedModel,
  type NewLoggedModel,
  setLoggedModelTags,
} from './logged-models.ts';
export { hasErrorCode, MlflowError } from './mlflow-error.ts';
export { type ModelReference, parseModelUri, resolveModelUri } from './model-uri.ts';
export {
  type ActiveStage,
  byPrecedence,
  holderOf,
  MODEL_STAGES,
  type ModelStage,
  type ModelVersion,
  type RegisteredModel,
} from './model-version.ts';
export {
  createModelVersion,
  deleteModelVersion,
  deleteModelVersionTag,
  describeModelVersion,
  getModelVersion,
  latestVersions,
  modelVersionArtifactUri,
  modelVersions,
  type NewModelVersion,
  searchModelVersions,
  setModelVersionTag,
  transitionStage,
  untilReady,
} from './model-versions.ts';
export { type OauthOptions, oauthAuthentication } from './oauth.ts';
export {
  deleteAlias,
  ensureRegisteredModel,
  findRegisteredModel,
  searchRegisteredModels,
  setAlias,
  setRegisteredModelTag,
  versionByAlias,
} from './registered-models.ts';
export { type Repair, repairStages, STAGE_ALIASES } from './repair-stages.ts';
export { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';
export type { DatasetInput, EndStatus, Run, RunSearch, RunStatus } from './run.ts';
export { deleteTag, logInputs, logOutputs, type RunInputs, setTag } from './run-data.ts';
export {
  createRun,
  deleteRun,
  endRun,
  getRun,
  type NewRun,
  REQUEST_ID_TAG,
  reopenRun,
  restoreRun,
  searchRuns,
} from './runs.ts';
export { hasLoggedModels, type ServerFeatures, serverFeatures } from './server-features.ts';
export { moveToStage, type StageMove } from './stages.ts';
export { type TlsSettings, tlsFetch, tlsSettingsFrom } from './tls.ts';
export {
  openTracking,
  type Tracking,
  type TrackingOptions,
  type TrackingPlace,
  trackingPlace,
} from './tracking.ts';
export { downloadFile, downloadFolder, readArtifact, uploadFile, uploadFolder } from './transfer.ts';
