import type { Task } from './job-schema.ts';

/** How a task ended, in the words of Databricks. */
export type TaskState = 'SUCCESS' | 'FAILED' | 'TIMEDOUT' | 'CANCELED' | 'UPSTREAM_FAILED' | 'EXCLUDED';

const FAILURES: readonly TaskState[] = ['FAILED', 'TIMEDOUT', 'CANCELED', 'UPSTREAM_FAILED'];

/** True where a task did not do its work; one excluded by its `run_if` counts as successful. */
export const isFailure = (state: TaskState): boolean => FAILURES.includes(state);

/**
 * Whether a task runs, once all that it depends on have ended; otherwise the state that it takes. As Databricks has it
 * (docs.databricks.com/jobs/run-if): excluded tasks are as good as successful ones, and where all are excluded, so is this one.
 * @param upstream states of the tasks that it depends on.
 */
export function runIfVerdict(runIf: Task['run_if'], upstream: readonly TaskState[]): 'RUN' | TaskState {
  if (upstream.length === 0) return 'RUN';
  if (upstream.every((state) => state === 'EXCLUDED')) return 'EXCLUDED';
  const failures = upstream.filter(isFailure).length;
  switch (runIf) {
    case 'ALL_SUCCESS':
    case 'NONE_FAILED':
      return failures === 0 ? 'RUN' : 'UPSTREAM_FAILED';
    case 'AT_LEAST_ONE_SUCCESS':
      return failures < upstream.length ? 'RUN' : 'UPSTREAM_FAILED';
    case 'ALL_DONE':
      return 'RUN';
    case 'AT_LEAST_ONE_FAILED':
      return failures > 0 ? 'RUN' : 'EXCLUDED';
    case 'ALL_FAILED':
      return failures === upstream.length ? 'RUN' : 'EXCLUDED';
  }
}
