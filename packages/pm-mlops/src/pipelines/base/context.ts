import type { WorkflowConfig } from 'pm-core';

/** Tells how far a step is: a fraction from 0 to 1 and, if useful, a word on where it stands, or more to look at. */
export type Report = (fraction: number, detail?: string, live?: LiveView) => void;

/** What a long step shows of itself while it goes on. */
export interface LiveView {
  /** To its end, as the step reckons; undefined while it cannot. */
  readonly leftMs: number | undefined;
  /** Lines as things stand when asked: a terminal asks each second, and cuts them to its width. */
  readonly lines: () => readonly string[];
  /** Worth a line where nothing can be rewritten; there such a step says nothing else. */
  readonly isNews: boolean;
}

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
