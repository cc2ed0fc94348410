/** How a task ended, in the service's words. */
export type TaskState = 'SUCCESS' | 'FAILED' | 'TIMEDOUT' | 'CANCELED' | 'UPSTREAM_FAILED' | 'EXCLUDED';

export const isFailure = (state: TaskState): boolean => state !== 'SUCCESS' && state !== 'EXCLUDED';

/** By `run_if`: whether a task with so many upstream tasks, of which so many failed, runs; and what it becomes where it does not. */
const RULES: Readonly<Record<string, [(failed: number, all: number) => boolean, TaskState]>> = {
  ALL_SUCCESS: [(failed) => failed === 0, 'UPSTREAM_FAILED'],
  NONE_FAILED: [(failed) => failed === 0, 'UPSTREAM_FAILED'],
  AT_LEAST_ONE_SUCCESS: [(failed, all) => failed < all, 'UPSTREAM_FAILED'],
  ALL_DONE: [() => true, 'EXCLUDED'],
  AT_LEAST_ONE_FAILED: [(failed) => failed > 0, 'EXCLUDED'],
  ALL_FAILED: [(failed, all) => failed === all, 'EXCLUDED'],
};

/**
 * What becomes of a task whose upstream tasks have all ended, as docs.databricks.com/jobs/run-if tells it. Written a second time here,
 * as a workspace that asked the product's own rules could not find a fault in them.
 */
export function verdictOn(runIf: string, upstream: readonly TaskState[]): 'RUN' | TaskState {
  if (upstream.length === 0) return 'RUN';
  if (upstream.every((state) => state === 'EXCLUDED')) return 'EXCLUDED';
  const [runs, otherwise] = RULES[runIf]!;
  return runs(upstream.filter(isFailure).length, upstream.length) ? 'RUN' : otherwise;
}

/** What `{{…}}` may ask for. */
export interface RunValues {
  readonly jobParameters: Readonly<Record<string, string>>;
  /** What a task has set; undefined where it has not. */
  taskValue(taskKey: string, name: string): string | undefined;
}

/** A parameter with its `{{job.parameters.NAME}}` and `{{tasks.KEY.values.NAME}}` filled in; others stay. @throws Error for a task value that is not set. */
export function filledIn(text: string, { jobParameters, taskValue }: RunValues): string {
  return text
    .replace(/\{\{\s*job\.parameters\.([^.}\s]+)\s*\}\}/g, (_, name: string) => jobParameters[name] ?? '')
    .replace(/\{\{\s*tasks\.([^.}\s]+)\.values\.([^.}\s]+)\s*\}\}/g, (_, key: string, name: string) => {
      const value = taskValue(key, name);
      if (value === undefined) throw new Error(`Task value ${key}.${name} is not set.`);
      return value;
    });
}
