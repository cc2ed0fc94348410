import { type Predictions, permutationImportance, predict } from 'pm-core/forest';
import type { Evaluation } from 'pm-core/metrics';
import type { Importance } from '../../report/index.ts';
import type { PipelineContext, Report } from '../base/context.ts';
import { evaluateRows } from './evaluate-rows.ts';
import type { FittedModel } from './fit-model.ts';
import type { OutOfFold } from './out-of-fold.ts';
import { selectRows } from './select-rows.ts';
import type { LabeledRows } from './training-data.ts';

/** Threads of predicting; no result depends on it. */
const WORKERS = 2;

/** What a model says of labelled rows. */
export const predictRows = ({ ensemble }: FittedModel, { matrix }: LabeledRows): Promise<Predictions> =>
  predict(ensemble, matrix, { workers: WORKERS });

/**
 * What models that had never seen a machine say of its test rows: those that were fitted without the machines of a fold.
 * Undefined for a fleet too small for folds.
 */
export function evaluateOnUnseenMachines(
  test: LabeledRows,
  outOfFold: OutOfFold | undefined,
): Evaluation | undefined {
  const unseen = outOfFold?.unseen;
  if (unseen === undefined || unseen.places.length === 0) return undefined;
  return evaluateRows(selectRows(test, unseen.places), unseen);
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
