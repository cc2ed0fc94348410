import type { WorkflowConfig } from 'pm-core';

/** Tells how far a step is: a fraction from 0 to 1 and, if useful, a word on where it stands. */
export type Report = (fraction: number, detail?: string) => void;
export type StepRunner = <Result>(
  label: string,
  work: (report: Report) => Promise<Result>,
) => Promise<Result>;

/** Everything a pipeline may use of the outside: injected, so that tests and the local job runner give their own. */
export interface PipelineContext<Config extends WorkflowConfig = WorkflowConfig> {
  readonly config: Config;
  readonly lakeDirectory: string;
  /** Relative paths are meant from here. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Runs a named step, showing its progress and time. */
  readonly step: StepRunner;
  /** A line for people, on stderr. */
  readonly log: (line: string) => void;
}
