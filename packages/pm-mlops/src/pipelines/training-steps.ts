import { type FleetConfig, UserError } from 'pm-core';
import { type LeakProbeResult, leakProbe } from 'pm-core/features';
import { type Predictions, permutationImportance, predict } from 'pm-core/forest';
import type { Evaluation } from 'pm-core/metrics';
import { heldOutMachines } from 'pm-core/split';
import type { Importance } from '../report/index.ts';
import type { PipelineContext, Report } from './context.ts';
import { evaluateRows } from './evaluate-rows.ts';
import { gridAnchor } from './feature-tables.ts';
import { type FittedModel, fit, quickModel } from './fit-model.ts';
import { placesWhere, selectRows } from './select-rows.ts';
import type { LabeledRows, TrainingData } from './training-data.ts';
import type { Workbench } from './workbench.ts';

/** Threads of predicting; no result depends on it. */
const WORKERS = 2;
/** Share of the machines left out to see what the model does on machines that it has never seen. */
const UNSEEN_FRACTION = 0.2;

/** @throws UserError `leak-found` naming the features that see the future. */
export async function probeForLeaks(
  { lake, engine }: Workbench,
  { config }: PipelineContext<FleetConfig>,
): Promise<LeakProbeResult> {
  const anchor = gridAnchor(lake.manifest);
  const { leakProbeRows: rows } = config.evaluate;
  const found = await leakProbe({ engine, config, anchor, rows, seed: config.model.seed });
  if (found.leakedRows === 0) return found;
  throw new UserError(
    'leak-found',
    `${found.leakedRows} of ${found.checkedRows} probed rows changed when only their future was changed: ${found.leakedColumns.join(', ')}.`,
    { next: 'Correct the features named above; a model trained on them would promise what it cannot keep.' },
  );
}

/** What a model says of labelled rows. */
export const predictRows = ({ ensemble }: FittedModel, { matrix }: LabeledRows): Promise<Predictions> =>
  predict(ensemble, matrix, { workers: WORKERS });

/**
 * A second model, of the same period, quicker to fit where that matters, that never saw a fifth of the machines, on those machines' test rows.
 * Undefined for a fleet too small to spare a machine with test rows.
 */
export async function evaluateOnUnseenMachines(
  { train, test }: TrainingData,
  context: PipelineContext,
): Promise<Evaluation | undefined> {
  const { seed } = context.config.model;
  const unseen = new Set(heldOutMachines(train.groups, { fraction: UNSEEN_FRACTION, seed }));
  const seenRows = placesWhere(train.matrix.rowCount, (row) => !unseen.has(train.groups[row]!));
  const unseenRows = placesWhere(test.matrix.rowCount, (row) => unseen.has(test.groups[row]!));
  const classes = new Set(Array.from(seenRows, (row) => train.label[row]!));
  if (unseenRows.length === 0 || classes.size < 2) return undefined;
  const smaller = { ...context, config: { ...context.config, model: quickModel(context.config.model) } };
  const tested = selectRows(test, unseenRows);
  return evaluateRows(tested, await predictRows(await fit(train, smaller, { rows: seenRows }), tested));
}

/** Gain and permutation importance of every feature, the latter on a seeded sample of the test rows. */
export async function importancesOf(
  { ensemble, gainImportance }: FittedModel,
  { matrix, label }: LabeledRows,
  { config, signal }: PipelineContext,
  onProgress: Report,
): Promise<Importance[]> {
  const { permutationRows: rows } = config.evaluate;
  const options = { rows, seed: config.model.seed, workers: WORKERS, signal, onProgress };
  const { rise } = await permutationImportance(ensemble, matrix, label, options);
  return ensemble.featureNames.map((feature, i) => ({
    feature,
    gain: gainImportance[i]!,
    logLossRise: rise[i]!,
  }));
}

/** What can be said of each component: those with too few test failures get no verdict. */
export function verdictNotes(failures: Readonly<Record<string, number>>, minFailures: number): string[] {
  return Object.entries(failures).flatMap(([component, count]) =>
    count < minFailures
      ? [`${component}: not enough evidence (${count} test failures, ${minFailures} needed for a verdict)`]
      : [],
  );
}
