import type { WorkflowConfig } from 'pm-core';
import type { StepRunner } from './progress.ts';

/** Everything a command may use of the outside: injected, so that tests and the local job runner give their own. */
export interface CommandContext {
  readonly config: WorkflowConfig;
  /** The workflow file as the person may know it. */
  readonly configPath: string;
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
  /** Where a command streams data that is its result, such as an exported table. */
  readonly stdout: NodeJS.WritableStream;
}
