import type { WorkflowConfig } from 'pm-core';
import { calibrateRows, fitCalibration, type ScoreKind } from 'pm-core/calibrate';
import { isBoosted, type TreeEnsemble } from 'pm-core/forest';
import type { Evaluation } from 'pm-core/metrics';
import type { PipelineContext, Report } from './context.ts';
import { evaluateRows } from './evaluate-rows.ts';
import type { FittedModel } from './fit-model.ts';
import { type OutOfFold, predictOutOfFold } from './out-of-fold.ts';
import type { LabeledRows } from './training-data.ts';
import { predictRows } from './training-steps.ts';

export interface CalibratedModel {
  readonly fitted: FittedModel;
  /** Training rows with the calibrated probabilities of models that had not learned from their groups; undefined where none were needed or could be. */
  readonly outOfFold: OutOfFold | undefined;
}

/**
 * Gives a fitted model the curves that make its probabilities mean what they say (the config's `calibration`), from training rows
 * that quicker models of the same kind had not seen. With too few groups for that the model stays as it is.
 */
export async function calibrateModel(
  fitted: FittedModel,
  rows: LabeledRows,
  context: PipelineContext,
  onProgress?: Report,
): Promise<CalibratedModel> {
  const { config } = context;
  const method = methodOf(config, rows.classes.length);
  const raw =
    method === 'none' && config.kind !== 'fleet'
      ? undefined
      : await predictOutOfFold(rows, context, onProgress);
  if (raw === undefined || method === 'none') return { fitted, outOfFold: raw };
  const scoreKind: ScoreKind = isBoosted(fitted.ensemble) ? 'margin-lead' : 'probability';
  const unseen = { ...raw, classCount: rows.classes.length };
  const calibration = fitCalibration(unseen, { method, scoreKind });
  return {
    fitted: withEnsemble(fitted, { ...fitted.ensemble, calibration }),
    outOfFold: { ...raw, probabilities: calibrateRows(calibration, unseen, scoreKind) },
  };
}

/** What test rows say of the model without its calibration; undefined where it has none. */
export async function evaluateUncalibrated(
  fitted: FittedModel,
  test: LabeledRows,
): Promise<Evaluation | undefined> {
  if (fitted.ensemble.calibration === undefined) return undefined;
  const raw = withEnsemble(fitted, { ...fitted.ensemble, calibration: undefined });
  return evaluateRows(test, await predictRows(raw, test));
}

/** `test_log_loss_uncalibrated` and `test_ece_uncalibrated`, to be held against those of the calibrated model. */
export const uncalibratedMetrics = (before: Evaluation | undefined): Record<string, number> =>
  before === undefined
    ? {}
    : {
        test_log_loss_uncalibrated: before.logLoss,
        ...(before.calibrationError !== null && { test_ece_uncalibrated: before.calibrationError }),
      };

/** The union of fitted models is one of ensembles too: a spread alone would lose which belongs to which. */
const withEnsemble = (fitted: FittedModel, ensemble: TreeEnsemble): FittedModel =>
  ({ ...fitted, ensemble }) as FittedModel;

/** What `auto` stands for; see the config. */
function methodOf({ calibration, model }: WorkflowConfig, classCount: number): 'none' | 'isotonic' | 'platt' {
  if (calibration !== 'auto') return calibration;
  if (model.algorithm === 'gradient-boosting') return 'none';
  return classCount === 2 ? 'platt' : 'isotonic';
}
