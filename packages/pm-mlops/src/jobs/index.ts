export { LOCAL_TARGET } from './bundle.ts';
export { type BundleInputs, shortUserName } from './bundle-values.ts';
export { type Clock, systemClock } from './clock.ts';
export { deployedName, findDeployedJob } from './deployed-job.ts';
export { formatFault, type JobFault } from './fault.ts';
export { formatJobRun } from './format-job-run.ts';
export { formatRemoteRun, remoteRunDocument, secondsOf } from './format-remote-run.ts';
export type { Job, JobSettings, Task } from './job-schema.ts';
export { type CheckedJobs, type JobSpec, validateJob } from './job-spec.ts';
export { checkJobs, loadJob, loadJobs } from './load-jobs.ts';
export { type Notebook, notebookWidgets, parseNotebook, readNotebook } from './notebook.ts';
export { type FireTime, nextFireTimes } from './quartz-times.ts';
export {
  type ResolvedBundle,
  type ResolvedJob,
  type ResolveOptions,
  resolveBundle,
} from './resolve-bundle.ts';
export type { TaskState } from './run-if.ts';
export { type JobRun, type LocalRunOptions, runJobLocally } from './run-local.ts';
export {
  cancelAndFollow,
  followJobRun,
  type RemoteRun,
  type RemoteRunOptions,
  runJobRemotely,
} from './run-remote.ts';
export type { CommandOutcome, CommandRunner, TaskRun } from './run-task.ts';
export { type TaskFailure, type TaskResult, wordOf } from './task-outcomes.ts';
