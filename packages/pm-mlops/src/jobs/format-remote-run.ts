import { textTable } from 'pm-core/metrics';
import type { JobRun } from '../databricks/index.ts';
import { type RemoteRun, wordOf } from './run-remote.ts';

/** A run on Databricks as a table of its tasks, what went wrong, and where its page is. */
export function formatRemoteRun({ run, state, failures }: RemoteRun): string {
  const rows = [
    ...run.tasks.map((task) => [
      task.attempt === 0 ? task.taskKey : `${task.taskKey} (attempt ${task.attempt + 1})`,
      wordOf(task.state),
    ]),
    ['whole job', state],
  ];
  const details = failures.map(({ taskKey, error, errorTrace }) =>
    [`── ${taskKey}: ${error}`, errorTrace.trimEnd()].filter(Boolean).join('\n'),
  );
  return [textTable([['task', 'state'], ...rows]), ...details, run.url ?? ''].filter(Boolean).join('\n\n');
}

/** A run in one document for machines. */
export const remoteRunDocument = ({ run, state, failures }: RemoteRun) => ({
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
  failures,
});

/** From start to end; undefined while it is at work. */
export const secondsOf = ({ startedAtMs, endedAtMs }: JobRun): number | undefined =>
  startedAtMs === undefined || endedAtMs === undefined ? undefined : (endedAtMs - startedAtMs) / 1000;
