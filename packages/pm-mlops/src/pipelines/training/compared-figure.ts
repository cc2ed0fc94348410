import {
  type ComparedFigure,
  confusionByGroup,
  figureOfTotals,
  macroF1OfTotals,
  numberGroups,
  type PairedDifference,
  pairedBootstrap,
  weightedRocAuc,
} from 'pm-core/gate';
import type { Predictions } from 'pm-core/score';
import type { PipelineContext } from '../base/context.ts';
import type { LabeledRows } from './training-data.ts';

/** Tags of a version: what its training logged of its own test rows, by the metrics' keys. */
export const FIGURE_TAGS: Readonly<
  Record<ComparedFigure, { readonly tag: string; readonly metric: string }>
> = Object.freeze({
  'macro F1': { tag: 'pm.test_macro_f1', metric: 'test_macro_f1' },
  'ROC AUC': { tag: 'pm.test_roc_auc', metric: 'test_roc_auc' },
});

/** Two classes are ranked by one score, whose worth no threshold should decide; more are told apart. */
export const comparedFigure = (classes: readonly string[]): ComparedFigure =>
  classes.length === 2 ? 'ROC AUC' : 'macro F1';

/** The difference of two models' figure on the same rows; undefined where a class is missing. */
export function pairedFigure(
  rows: LabeledRows,
  { candidate, champion }: { readonly candidate: Predictions; readonly champion: Predictions },
  { config: { gate } }: PipelineContext,
): PairedDifference | undefined {
  const { classes, label, groups } = rows;
  const figureOf = ({ label: predicted, probabilities }: Predictions) =>
    comparedFigure(classes) === 'ROC AUC'
      ? weightedRocAuc(secondOfPairs(probabilities), label, groups)
      : figureOfTotals(
          confusionByGroup({ classes, labels: label, predicted }, groups),
          macroF1OfTotals(classes.length),
        );
  const { groupCount } = numberGroups(groups);
  return pairedBootstrap({
    ...gate,
    groupCount,
    candidate: figureOf(candidate),
    champion: figureOf(champion),
  });
}

const secondOfPairs = (probabilities: Float32Array): Float32Array =>
  Float32Array.from({ length: probabilities.length / 2 }, (_, row) => probabilities[2 * row + 1]!);
