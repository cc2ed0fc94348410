import type { JobRun, TaskRun } from '../databricks/index.ts';
import type { CommandContext } from './context.ts';

/** A line for each change, with the time since the run was first seen. */
export function taskLogger({ now, log }: CommandContext): (task: TaskRun, run: JobRun) => void {
  const startedMs = now().getTime();
  let isLinked = false;
  return ({ taskKey, attempt, state }, { url }) => {
    if (!isLinked && url !== undefined) log(url);
    isLinked = true;
    const seconds = Math.round((now().getTime() - startedMs) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(6);
    const again = attempt === 0 ? '' : ` (attempt ${attempt + 1})`;
    const word = state.result ?? state.lifeCycle;
    log(`${clock}  ${taskKey}${again}  ${[word, state.message].filter(Boolean).join('  ')}`);
  };
}
