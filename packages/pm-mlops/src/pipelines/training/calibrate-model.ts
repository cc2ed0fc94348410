import type { WorkflowConfig } from 'pm-core';
import {
  type CalibrationMethod,
  calibrateRows,
  chooseCalibration,
  fitCalibration,
  type ScoreKind,
} from 'pm-core/calibrate';
import { isBoosted, type Predictions, type TreeEnsemble } from 'pm-core/forest';
import type { Evaluation } from 'pm-core/metrics';
import type { PipelineContext, Report } from '../base/context.ts';
import type { FittedModel } from './fit-model.ts';
import { type OutOfFold, predictOutOfFold } from './out-of-fold.ts';
import type { LabeledRows } from './training-data.ts';
import { predictRows } from './training-steps.ts';

export interface CalibratedModel {
  readonly fitted: FittedModel;
  /** What its curves are, by the config or chosen. */
  readonly method: CalibrationMethod | 'none';
  /** Training rows with the calibrated probabilities of models that had not learned from their groups; undefined where none were needed or could be. */
  readonly outOfFold: OutOfFold | undefined;
}

/**
 * Gives a fitted model the curves that make its probabilities mean what they say (the config's `calibration`), from training rows
 * that quicker models of the same kind had not seen. With too few groups for that the model stays as it is. Test rows are what these
 * models are asked about too, if given.
 */
export async function calibrateModel(
  fitted: FittedModel,
  { train, test }: { readonly train: LabeledRows; readonly test?: LabeledRows | undefined },
  context: PipelineContext,
  onProgress?: Report,
): Promise<CalibratedModel> {
  const { config } = context;
  const methods = methodsOf(config, train.classes.length);
  const isFleet = config.kind === 'fleet';
  const raw =
    methods.length === 0 && !isFleet
      ? undefined
      : await predictOutOfFold({ train, test: isFleet ? test : undefined }, context, onProgress);
  if (raw === undefined) return { fitted, method: 'none', outOfFold: raw };
  const scoreKind: ScoreKind = isBoosted(fitted.ensemble) ? 'margin-lead' : 'probability';
  const groups = Array.from(raw.places, (row) => train.groups[row]!);
  const unseen = { ...raw, groups, classCount: train.classes.length };
  const { seed } = config.model;
  const method =
    config.calibration === 'auto'
      ? chooseCalibration(unseen, { methods, scoreKind, seed })
      : config.calibration;
  if (method === 'none') return { fitted, method, outOfFold: raw };
  const calibration = fitCalibration(unseen, { method, scoreKind });
  return {
    method,
    fitted: withEnsemble(fitted, { ...fitted.ensemble, calibration }),
    outOfFold: { ...raw, ...calibrateRows(calibration, unseen, scoreKind) },
  };
}

/** What a model says of rows, and what it would say without its calibration, where it has one. */
export async function predictBothWays(
  fitted: FittedModel,
  rows: LabeledRows,
): Promise<{ predictions: Predictions; uncalibrated: Predictions | undefined }> {
  const { calibration, ...trees } = fitted.ensemble;
  if (calibration === undefined)
    return { predictions: await predictRows(fitted, rows), uncalibrated: undefined };
  const uncalibrated = await predictRows(withEnsemble(fitted, trees), rows);
  // Margins cannot be had back from their softmax to the bit.
  if (isBoosted(trees)) return { predictions: await predictRows(fitted, rows), uncalibrated };
  const raw = { ...uncalibrated, labels: rows.label, classCount: rows.classes.length };
  return { predictions: calibrateRows(calibration, raw, 'probability'), uncalibrated };
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

/** What may be asked for; see the config. */
function methodsOf({ calibration, model }: WorkflowConfig, classCount: number): CalibrationMethod[] {
  if (calibration === 'none') return [];
  if (calibration !== 'auto') return [calibration];
  if (model.algorithm === 'gradient-boosting') return [];
  return classCount === 2 ? ['platt'] : ['isotonic', 'platt'];
}
