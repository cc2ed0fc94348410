import type { Evaluation } from 'pm-core/metrics';
import type { Run } from '../../mlflow/index.ts';
import type { ListedVersion } from '../../pipelines/listing.ts';
import type { Workplace } from './workplace.ts';

/** What `pm jobs run … --json` says, as far as tests read it. */
export interface JobDocument {
  readonly state: string;
  readonly exitCode: number;
  readonly tasks: readonly {
    readonly taskKey: string;
    readonly state: string;
    readonly note: string;
    readonly error?: string;
    readonly json: Readonly<Record<string, unknown>> | null;
  }[];
}

/** What `pm train --json` says, as far as tests read it. */
export interface TrainDocument {
  readonly trackingRunId: string;
  readonly modelVersion: string;
  readonly evaluation: Evaluation;
}

/** Version → stage and aliases of every registered version, the highest version first. */
export async function registered({ json }: Workplace): Promise<Record<string, string>> {
  const { versions } = await json<{ versions: ListedVersion[] }>('models', 'list');
  return Object.fromEntries(
    versions.map(({ version, stage, aliases }) => [version, [stage, ...aliases].join(' ')]),
  );
}

/** Every run of a workflow's experiment, the latest first. */
export async function runsOf({ json }: Workplace, config: string): Promise<Run[]> {
  return (await json<{ runs: Run[] }>('runs', 'list', '--config', config)).runs;
}

/** Rows of a table as `pm tables export` gives them, every cell a text. */
export async function exported({ pm }: Workplace, table: string): Promise<Record<string, string>[]> {
  const { code, out, err } = await pm('tables', 'export', table);
  if (code !== 0) throw new Error(err);
  const [heading, ...lines] = out.trimEnd().split('\n');
  const names = heading!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, c) => [names[c]!, cell])));
}
