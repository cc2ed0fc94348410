import { RAW_TABLES, UserError } from 'pm-core';
import { describeOrigin } from 'pm-core/lake';
import type { MlflowClient } from '../../mlflow/client.ts';
import { type Exploration, explorationReport } from '../../report/explore/index.ts';
import type { PipelineContext } from '../base/context.ts';
import { readingLake, type Workbench, writingLake } from '../base/workbench.ts';
import { ensureLabels } from '../fleet/feature-tables.ts';
import { checkSamples } from '../tabular/tabular-data.ts';
import { exploreFeatures } from './explore-features.ts';
import { exploreModel } from './explore-model.ts';
import { explorePredictions, exploreSamplePredictions } from './explore-predictions.ts';
import { exploreSamples } from './explore-samples.ts';
import { exploreTelemetry } from './explore-telemetry.ts';

/** What can be looked at: raw tables, features with labels, a registered model, predictions; `samples` in a workflow of plain tables. */
const STAGES = ['telemetry', 'features', 'samples', 'model', 'predictions'] as const;
export type Stage = (typeof STAGES)[number];

const STAGES_OF: Readonly<Record<'fleet' | 'tabular', readonly Stage[]>> = {
  fleet: ['telemetry', 'features', 'model', 'predictions'],
  tabular: ['samples', 'model', 'predictions'],
};

export interface ExplorationPage {
  readonly html: string;
  readonly stages: readonly Stage[];
}

/**
 * Draws the page on one stage of a workflow, or on all for which there is something. The lake stays as it is, but that features
 * and labels are brought up to date where they are looked at.
 * @throws UserError `no-stage` for a stage that the workflow lacks; `no-raw-tables`, `no-samples`, `model-not-found`, `no-predictions`.
 */
export async function explore(
  client: MlflowClient,
  context: PipelineContext,
  wanted: Stage | undefined,
): Promise<ExplorationPage> {
  const { config, log, step } = context;
  const own = STAGES_OF[config.kind];
  if (wanted !== undefined && !own.includes(wanted)) {
    throw new UserError('no-stage', `${config.name} has no ${wanted} to look at.`, {
      next: `Name one of its stages: ${own.join(', ')}.`,
    });
  }
  if (config.kind === 'fleet' && (wanted ?? 'features') === 'features') await bringLabels(context);
  return readingLake(context, async (bench) => {
    const parts: Partial<Exploration>[] = [];
    const stages: Stage[] = [];
    for (const stage of wanted === undefined ? own : [wanted]) {
      try {
        parts.push(await step(`look at ${stage}`, () => exploreStage(stage, bench, client, context)));
        stages.push(stage);
      } catch (error) {
        if (wanted !== undefined || !(error instanceof UserError && ABSENT.has(error.code))) throw error;
        log(`Without ${stage}: ${error.message}`);
      }
    }
    const found: Exploration = Object.assign({ name: config.name, origin: originOf(bench) }, ...parts);
    return { html: await step('draw the page', () => explorationReport(found)), stages };
  });
}

/** Codes of what is not there yet. */
const ABSENT = new Set(['no-raw-tables', 'no-samples', 'model-not-found', 'no-predictions']);

async function exploreStage(
  stage: Stage,
  bench: Workbench,
  client: MlflowClient,
  { config }: PipelineContext,
): Promise<Partial<Exploration>> {
  if (stage === 'model') return { model: await exploreModel(client, config) };
  if (stage === 'predictions') checkPredictions(bench);
  if (config.kind === 'tabular') {
    if (stage === 'predictions') return { samplePredictions: await exploreSamplePredictions(bench.engine) };
    await checkSamples(bench, config);
    return { samples: await exploreSamples(bench.engine, config) };
  }
  if (stage === 'predictions') return { predictions: await explorePredictions(bench.engine) };
  checkRawTables(bench);
  return stage === 'features'
    ? { features: await exploreFeatures(bench.engine, config) }
    : { telemetry: await exploreTelemetry(bench.engine) };
}

/** Labels over the features of today; nothing in a lake without raw rows, which is told later. */
async function bringLabels(context: PipelineContext): Promise<void> {
  const { config } = context;
  if (config.kind !== 'fleet') return;
  await writingLake(context, 'pm report explore', async (bench) => {
    if (missingRawTables(bench).length === 0) await ensureLabels(bench, config);
  });
}

const missingRawTables = ({ lake }: Workbench): string[] =>
  RAW_TABLES.filter((table) => lake.manifest.tables[table] === undefined);

function checkRawTables(bench: Workbench): void {
  const missing = missingRawTables(bench);
  if (missing.length === 0) return;
  throw new UserError('no-raw-tables', `The lake has no ${missing.join(', ')} table yet.`, {
    next: 'pm ingest (the simulator), or pm ingest --source DIRECTORY',
  });
}

function checkPredictions({ lake }: Workbench): void {
  if (lake.manifest.tables.predictions !== undefined) return;
  throw new UserError('no-predictions', 'Nothing has been scored yet: the lake has no table predictions.', {
    next: 'pm score',
  });
}

const originOf = ({ lake: { manifest } }: Workbench): string =>
  [...(manifest.origin === null ? [] : [manifest.origin]), ...manifest.appended]
    .map(describeOrigin)
    .join(' + ') || 'none yet';
