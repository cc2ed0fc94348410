export { createDatabricksClient, type DatabricksClient, type DatabricksClientOptions } from './client.ts';
export {
  type Cluster,
  type ClusterNote,
  type ClusterSettings,
  deleteCluster,
  ensureCluster,
  findCluster,
  getCluster,
  listClusters,
} from './clusters.ts';
export {
  DatabricksError,
  hasNoEndpoint,
  isConflict,
  isMissing,
  unlessNoEndpoint,
} from './databricks-error.ts';
export { type Ensured, eventually } from './ensure.ts';
export {
  deleteExperiment,
  ensureExperiment,
  findWorkspaceExperiment,
  type WorkspaceExperiment,
} from './experiments.ts';
export { type Identity, whoAmI } from './identity.ts';
export {
  cancelJobRun,
  getJobRun,
  hasEnded,
  type JobRun,
  type JobRunState,
  listJobRuns,
  runNow,
  type TaskOutput,
  type TaskRun,
  taskOutput,
} from './job-runs.ts';
export { createJob, deleteJob, getJob, type Job, type JobSettings, listJobs, resetJob } from './jobs.ts';
export { type Grant, getPermissions, type ObjectType, setPermissions } from './permissions.ts';
export {
  deleteScope,
  deleteSecret,
  ensureScope,
  listScopes,
  listSecrets,
  putSecret,
} from './secrets.ts';
export {
  deleteSecurable,
  ensureCatalogModel,
  ensureSchema,
  ensureVolume,
  findSecurable,
  type Securable,
} from './unity-catalog.ts';
export {
  deleteDirectory,
  deleteVolumeFile,
  listDirectory,
  makeDirectory,
  readVolumeFile,
  uploadToVolume,
  type VolumeEntry,
  volumeFileSize,
  writeVolumeFile,
} from './volumes.ts';
export { watchJobRun } from './watch-job-run.ts';
export {
  exportSource,
  IMPORT_LIMIT_BYTES,
  importFile,
  importNotebook,
  listFolder,
  makeFolder,
  removeFromWorkspace,
  type WorkspaceObject,
  workspaceObject,
  workspacePath,
} from './workspace.ts';
export {
  deleteWorkspaceModel,
  ensureWorkspaceModel,
  findWorkspaceModel,
  listWorkspaceVersions,
  transitionWorkspaceStage,
  type WorkspaceModel,
} from './workspace-models.ts';
