import { textTable } from 'pm-core/metrics';
import type { JobRun } from '../databricks/index.ts';
import type { RemoteRun } from './run-remote.ts';
import { type TaskResult, wordOf } from './task-outcomes.ts';

/** A run on Databricks as a table of its tasks, what they left, what went wrong, and where its page is. */
export function formatRemoteRun({ run, state, exitCode, failures, results }: RemoteRun): string {
  const rows = [
    ...run.tasks.map((task) => [
      task.attempt === 0 ? task.taskKey : `${task.taskKey} (attempt ${task.attempt + 1})`,
      wordOf(task.state),
    ]),
    ['whole job', state],
  ];
  // What somebody ended has nothing to tell.
  const told = failures.filter((one) => one.state !== 'CANCELED' || one.error !== '');
  const details = told.map(({ taskKey, error, errorTrace }) =>
    [`── ${taskKey}: ${error}`, errorTrace.trimEnd()].filter(Boolean).join('\n'),
  );
  const table = textTable([['task', 'state'], ...rows]);
  const reason = failures.length === 0 && exitCode === 1 ? run.state.message : '';
  return [table, results.flatMap(resultLine).join('\n'), ...details, reason, run.url ?? '']
    .filter(Boolean)
    .join('\n\n');
}

/** Such as `promote: stage Production, keptVersion 3`; none of a task that left nothing. */
function resultLine({ taskKey, values }: TaskResult): string[] {
  const fields = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return fields.length === 0 ? [] : [`${taskKey}: ${fields.join(', ')}`];
}

/** A run in one document for machines. */
export const remoteRunDocument = ({ run, state, failures, results }: RemoteRun) => ({
  jobRunId: run.jobRunId,
  jobId: run.jobId,
  url: run.url,
  state,
  seconds: secondsOf(run),
  tasks: run.tasks.map(({ taskKey, taskRunId, attempt, state: where }) => ({
    taskKey,
    taskRunId,
    attempt,
    state: wordOf(where),
  })),
  results,
  failures,
});

/** From start to end; undefined while it is at work. */
export const secondsOf = ({ startedAtMs, endedAtMs }: JobRun): number | undefined =>
  startedAtMs === undefined || endedAtMs === undefined ? undefined : (endedAtMs - startedAtMs) / 1000;
