import type { Evaluation } from '../metrics/index.ts';

/** What a sweep may look for; `macro-f1` is over the classes in which something happens. */
export const LOSS_METRICS = ['roc-auc', 'pr-auc', 'macro-f1', 'log-loss'] as const;
export type LossMetric = (typeof LOSS_METRICS)[number];

/** The evaluation as a loss, the smaller the better: 1 − the metric, or the log loss itself. Where there is no such figure: infinite. */
export function lossOf(metric: LossMetric, { rocAuc, prAuc, macro, logLoss }: Evaluation): number {
  if (metric === 'log-loss') return logLoss;
  const figure = { 'roc-auc': rocAuc, 'pr-auc': prAuc, 'macro-f1': macro.f1 }[metric];
  return figure === null ? Number.POSITIVE_INFINITY : 1 - figure;
}

/** The metric behind a loss, as people know it. */
export const figureOf = (metric: LossMetric, loss: number): number =>
  metric === 'log-loss' ? loss : 1 - loss;
