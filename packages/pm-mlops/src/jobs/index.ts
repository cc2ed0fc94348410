export { LOCAL_TARGET } from './bundle.ts';
export { formatFault, type JobFault } from './fault.ts';
export { formatJobRun } from './format-job-run.ts';
export type { Job, Task } from './job-schema.ts';
export { type CheckedJobs, checkJobs, type JobSpec, loadJob, loadJobs, validateJob } from './job-spec.ts';
export { type Notebook, notebookWidgets, parseNotebook, readNotebook } from './notebook.ts';
export type { TaskState } from './run-if.ts';
export { type JobRun, type LocalRunOptions, runJobLocally } from './run-local.ts';
export {
  type Clock,
  type CommandOutcome,
  type CommandRunner,
  systemClock,
  type TaskRun,
} from './run-task.ts';
