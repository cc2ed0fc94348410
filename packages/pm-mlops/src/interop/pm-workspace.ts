import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { COMMANDS } from '../cli/commands/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';
import { openTracking, type Tracking } from '../mlflow/index.ts';

/** A folder in which `pm` is used: its lake, its workflow file and, without a tracking URI, its embedded store. */
export interface PmWorkspace {
  readonly directory: string;
  /**
   * Runs a command with `--json` and returns its document.
   * @throws Error with the command's own error where its exit code is not one of `exitCodes`.
   */
  run(words: readonly string[], exitCodes?: readonly number[]): Promise<Record<string, unknown>>;
  /** The tracking that its commands use. */
  openTracking(): Promise<Tracking>;
  remove(): void;
}

/** 31 machines × 333 cutoffs: over 10,000 rows. Few and shallow trees: what is tested is the way of a model, not its quality. */
const WORKFLOW = `
name: predictive-maintenance
split: { trainUntil: 2015-04-30T18:00:00, testFrom: 2015-05-08T06:00:00 }
simulate: { machines: 31, hours: 4000, seed: 7, start: 2015-01-01T06:00:00 }
model: { trees: 6, maxDepth: 8, seed: 7 }
evaluate: { permutationRows: 500, leakProbeRows: 20 }
`;

/** An empty workspace; `trackingUri` is a server, the embedded store of its folder if not given. */
export function createPmWorkspace({ trackingUri }: { trackingUri?: string } = {}): PmWorkspace {
  const directory = mkdtempSync(join(tmpdir(), 'pm-interop-'));
  writeFileSync(join(directory, 'workflow.yaml'), WORKFLOW);
  const environment = { USER: 'engineer', MLFLOW_TRACKING_URI: trackingUri };
  return {
    directory,
    async run(words, exitCodes = [0]) {
      const [stdin, stdout, stderr] = [Readable.from([]), new PassThrough(), new PassThrough()];
      const outside = { stdin, stdout, stderr, signal: AbortSignal.any([]), now: () => new Date(), fetch };
      const line = [...words, '--config', 'workflow.yaml', '--json'];
      const exitCode = await runCommandLine(line, COMMANDS, { ...outside, cwd: directory, environment });
      stdout.end();
      stderr.end();
      const document = await text(stdout);
      if (exitCodes.includes(exitCode)) return JSON.parse(document);
      throw new Error(`pm ${words.join(' ')} ended with ${exitCode}:\n${await text(stderr)}`);
    },
    openTracking: () => openTracking({ environment, cwd: directory }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Simulates, trains and promotes: version 1 stands in Production. */
export async function trainAndPromote(workspace: PmWorkspace): Promise<Training> {
  await workspace.run(['ingest']);
  await workspace.run(['features']);
  const training = await workspace.run(['train']);
  await workspace.run(['promote']);
  return training as unknown as Training;
}

/** What `pm train --json` says, as far as these tests look at it. */
export interface Training {
  readonly trackingRunId: string;
  readonly modelVersion: string;
  readonly metrics: Readonly<Record<string, number>>;
}
