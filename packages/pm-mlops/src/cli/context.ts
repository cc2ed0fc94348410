import type { Readable, Writable } from 'node:stream';
import type { PipelineContext } from '../pipelines/base/context.ts';
import type { Outcome } from './outcome.ts';

/** What a command gets: the pipeline's outside and where its own result goes. */
export interface CommandContext extends PipelineContext {
  /** The workflow file as the person may know it. */
  readonly configPath: string;
  /** The folder of lakes likewise. */
  readonly lakePath: string;
  /** Refuses flags with which {@link runCommand} could not begin. @throws UsageError */
  readonly checkCommand: (name: string, flags: Readonly<Record<string, string>>) => void;
  /** Runs another command in this process, its text shown to people, its flags as typed: how a job runs its tasks. */
  readonly runCommand: (
    name: string,
    flags: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Outcome>;
  /** With --json: whatever goes to stdout must be one JSON document. */
  readonly wantsJson: boolean;
  /** What is piped in; a terminal where nothing is. */
  readonly stdin: Readable & { isTTY?: boolean };
  /** Where a command streams data that is its result, such as an exported table. */
  readonly stdout: Writable;
}
