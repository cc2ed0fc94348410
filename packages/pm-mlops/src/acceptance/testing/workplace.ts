import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { COMMANDS } from '../../cli/commands/index.ts';
import { runCommandLine } from '../../cli/run-command-line.ts';

/** What a command line left: its exit code and all that it wrote. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A workflow file as a value; what it does not name takes the defaults. */
export type Workflow = Readonly<Record<string, unknown>>;

/** A folder of its own with workflow files, as a person has who runs pm there: tables in ./lake, tracking in ./mlflow.db. */
export interface Workplace {
  readonly directory: string;
  /** Absolute path of something in the folder. */
  path(...names: string[]): string;
  /** Writes config/NAME.yaml, the WORKFLOW=NAME of a job. */
  writeWorkflow(name: string, workflow: Workflow): void;
  /** Runs a command line in this process, as `./pm` would run it in this folder. */
  pm(...words: string[]): Promise<Said>;
  /** As `pm`, with this text piped in. */
  pmWith(stdin: string, ...words: string[]): Promise<Said>;
  /** The document that a command line leaves with `--json`; its type is the caller's claim. */
  json<Document>(...words: string[]): Promise<Document>;
  /** The same folder as another person sees it, who has this environment besides. */
  inEnvironment(more: Readonly<Record<string, string>>): Workplace;
  /** The text of lake.json; undefined where there is none. */
  manifest(): string | undefined;
  /** Paths of all files below a folder of this one, sorted; none where there is no such folder. */
  files(folder: string): string[];
  remove(): void;
}

/** Makes a workplace with one workflow file for each entry; `environment` is added to {@link ENVIRONMENT}. */
export function createWorkplace(
  workflows: Readonly<Record<string, Workflow>>,
  environment: Readonly<Record<string, string>> = {},
): Workplace {
  const directory = mkdtempSync(join(tmpdir(), 'pm-workplace-'));
  mkdirSync(join(directory, 'config'));
  const workplace = workplaceAt(directory, environment);
  for (const [name, workflow] of Object.entries(workflows)) workplace.writeWorkflow(name, workflow);
  return workplace;
}

function workplaceAt(directory: string, environment: Readonly<Record<string, string>>): Workplace {
  const path = (...names: string[]) => join(directory, ...names);
  const workplace: Workplace = {
    directory,
    path,
    writeWorkflow: (name, workflow) =>
      writeFileSync(path('config', `${name}.yaml`), stringify({ name, ...workflow })),
    pm: (...words) => workplace.pmWith('', ...words),
    pmWith: (stdin, ...words) => runIn({ cwd: directory, stdin, environment }, words),
    async json<Document>(...words: string[]) {
      const { code, out, err } = await workplace.pm(...words, '--json');
      if (code !== 0 && code !== 3)
        throw new Error(`pm ${words.join(' ')} ended with ${code}:\n${out}${err}`);
      return JSON.parse(out) as Document;
    },
    inEnvironment: (more) => workplaceAt(directory, { ...environment, ...more }),
    manifest: () =>
      existsSync(path('lake/lake.json')) ? readFileSync(path('lake/lake.json'), 'utf8') : undefined,
    files: (folder) =>
      existsSync(path(folder)) ? readdirSync(path(folder), { recursive: true, encoding: 'utf8' }).sort() : [],
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  return workplace;
}

/** A workplace that is gone after the test. */
export function workplaceForTest(
  workflows: Readonly<Record<string, Workflow>>,
  environment: Readonly<Record<string, string>> = {},
): Workplace {
  const workplace = createWorkplace(workflows, environment);
  onTestFinished(workplace.remove);
  return workplace;
}

/** What the process environment gives a command of a workplace: nothing that would lead it elsewhere. */
export const ENVIRONMENT: Readonly<Record<string, string>> = Object.freeze({ USER: 'planner' });

async function runIn(
  { cwd, stdin, environment }: { cwd: string; stdin: string; environment: Readonly<Record<string, string>> },
  words: readonly string[],
): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const code = await runCommandLine(words, COMMANDS, {
    cwd,
    environment: { ...ENVIRONMENT, HOME: cwd, ...environment },
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    signal: new AbortController().signal,
    now: () => new Date(),
    fetch: globalThis.fetch,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { code, out, err };
}
