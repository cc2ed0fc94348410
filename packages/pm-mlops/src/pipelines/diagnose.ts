import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { countText, UserError } from 'pm-core';
import { openDuckDb } from 'pm-core/engine';
import { describeOrigin, openLake } from 'pm-core/lake';
import { MlflowError } from '../mlflow/mlflow-error.ts';
import { modelVersions } from '../mlflow/model-versions.ts';
import { findRegisteredModel } from '../mlflow/registered-models.ts';
import { repairStages } from '../mlflow/repair-stages.ts';
import { openTracking } from '../mlflow/tracking.ts';
import type { PipelineContext } from './base/context.ts';
import { experimentName, registeredModelName } from './base/names.ts';
import { endOrphanedRuns } from './base/run-owner.ts';

/** `bad` would stop a training or scoring here; `note` is worth knowing. */
export interface Finding {
  readonly what: string;
  readonly state: 'good' | 'note' | 'bad';
  readonly found: string;
}

/** Looks at runtime, libraries, lake, tracking and registry; a fault becomes a finding, not an error. */
export async function diagnose(context: PipelineContext): Promise<Finding[]> {
  return [
    { what: 'Node', state: 'good', found: process.version },
    await check('DuckDB', duckDb),
    await check('ONNX Runtime', onnxRuntime),
    optional('Python (for make ui and integration tests)', () => version('python3', '--version')),
    optional('Java (for Spark)', () => version('java', '--version')),
    await check('lake', async () => lake(context)),
    await check('tracking and registry', () => registry(context)),
  ];
}

async function check(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { what, state: 'good', found: await look() };
  } catch (error) {
    const next = error instanceof UserError && error.next !== undefined ? ` Next: ${error.next}` : '';
    return { what, state: 'bad', found: `${error instanceof Error ? error.message : error}${next}` };
  }
}

function optional(what: string, look: () => string): Finding {
  try {
    return { what, state: 'good', found: look() };
  } catch {
    return { what, state: 'note', found: 'not found' };
  }
}

const version = (command: string, flag: string): string =>
  execFileSync(command, [flag], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0]!;

async function duckDb(): Promise<string> {
  const engine = await openDuckDb();
  try {
    const [row] = await engine.query('SELECT version() AS version');
    return String(row?.version);
  } finally {
    engine.close();
  }
}

async function onnxRuntime(): Promise<string> {
  const { onnxRuntimeName } = await import('pm-core/score');
  return onnxRuntimeName();
}

function lake({ lakeDirectory, now }: PipelineContext): string {
  const { manifest, directory } = openLake(lakeDirectory, { clock: now });
  accessSync(existingParent(directory), constants.W_OK);
  if (manifest.origin === null) return `${directory}: empty`;
  const [table, held] =
    Object.entries(manifest.tables).find(([name]) => /^(telemetry|samples)$/.test(name)) ?? [];
  return `${directory}: ${countText(held?.rowCount ?? 0)} ${table ?? 'raw'} rows of ${describeOrigin(manifest.origin)}`;
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path));
}

async function registry(context: PipelineContext): Promise<string> {
  const { environment, cwd, now } = context;
  const modelName = registeredModelName(context);
  const { client, location, close } = await openTracking({ environment, cwd });
  try {
    const orphans = await endOrphanedRuns(client, { experimentName: experimentName(context), now });
    const ended = orphans.map((runId) => `ended: run ${runId}, whose process is gone`);
    if ((await findRegisteredModel(client, modelName)) === undefined)
      return [`${location}: no ${modelName} yet`, ...ended].join('; ');
    const { repairs } = await repairStages(client, modelName);
    const versions = await modelVersions(client, modelName);
    const active = versions.filter(({ stage }) => stage === 'Production' || stage === 'Staging');
    const stages = active.map((one) => `version ${one.version} in ${one.stage}`).join(', ') || 'none active';
    return [
      `${location}: ${versions.length} versions, ${stages}`,
      ...repairs.map((one) => `mended: ${one}`),
      ...ended,
    ].join('; ');
  } catch (error) {
    if (error instanceof MlflowError) throw new UserError('registry', `${location}: ${error.message}`);
    throw error;
  } finally {
    await close();
  }
}
