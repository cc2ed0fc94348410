import type { Evaluation } from '../metrics/index.ts';

/** What a sweep may look for; `macro-f1` is over the classes in which something happens. */
export const LOSS_METRICS = ['roc-auc', 'pr-auc', 'macro-f1', 'log-loss'] as const;
export type LossMetric = (typeof LOSS_METRICS)[number];

/** The metric of an evaluation; NaN where it has none. */
export function figureOf(metric: LossMetric, { rocAuc, prAuc, macro, logLoss }: Evaluation): number {
  const figures = { 'roc-auc': rocAuc, 'pr-auc': prAuc, 'macro-f1': macro.f1, 'log-loss': logLoss };
  return figures[metric] ?? Number.NaN;
}

/** The metric as a loss, the smaller the better: 1 − the metric, or the log loss itself; infinite for NaN. */
export function lossOf(metric: LossMetric, figure: number): number {
  if (Number.isNaN(figure)) return Number.POSITIVE_INFINITY;
  return metric === 'log-loss' ? figure : 1 - figure;
}
