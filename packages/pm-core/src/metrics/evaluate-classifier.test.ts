import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import { evaluateClassifier } from './evaluate-classifier.ts';
import { evaluationMetrics } from './evaluation-metrics.ts';
import { formatEvaluation } from './format-evaluation.ts';
import type { ScoredRows } from './scored-rows.ts';

/** Twelve rows with many ties; every expected number below is scikit-learn 1.9's for them. */
const TWELVE: ScoredRows = {
  classes: ['none', 'comp1', 'comp2'],
  labels: Int32Array.of(0, 0, 0, 1, 2, 1, 0, 2, 1, 0, 2, 0),
  predicted: Uint8Array.of(0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 0, 0),
  // biome-ignore format: one row of probabilities a line
  probabilities: Float32Array.of(
    0.5, 0.25, 0.25,
    0.5, 0.25, 0.25,
    0.25, 0.5, 0.25,
    0.25, 0.5, 0.25,
    0.25, 0.25, 0.5,
    0.5, 0.25, 0.25,
    1, 0, 0,
    0, 0.5, 0.5,
    0, 1, 0,
    0.25, 0.25, 0.5,
    1, 0, 0,
    0.75, 0.25, 0,
  ),
};
const HOURS = Float64Array.of(NaN, NaN, NaN, 12, 13, 24, NaN, 168, 0.5, NaN, 169, NaN);

describe('evaluateClassifier', () => {
  const metrics = evaluationMetrics(evaluateClassifier(TWELVE, HOURS), 'test_');

  it('counts rows by actual and predicted class', () => {
    expect(evaluateClassifier(TWELVE).confusion).toEqual([
      [4, 1, 1],
      [1, 2, 0],
      [1, 1, 1],
    ]);
  });

  it.each([
    ['test_accuracy', 0.583333333333],
    ['test_macro_precision', 0.5],
    ['test_macro_recall', 0.5],
    ['test_macro_f1', 0.485714285714],
    ['test_macro_precision_all_classes', 0.555555555556],
    ['test_macro_recall_all_classes', 0.555555555556],
    ['test_macro_f1_all_classes', 0.546031746032],
    ['test_alarm_precision', 0.5],
    ['test_roc_auc', 0.729938271605],
    ['test_roc_auc_none', 0.708333333333],
    ['test_roc_auc_comp1', 0.796296296296],
    ['test_roc_auc_any_failure', 0.708333333333],
    ['test_pr_auc', 0.581481481481],
    ['test_pr_auc_comp2', 0.527777777778],
    ['test_pr_auc_any_failure', 0.731481481481],
    ['test_log_loss', 1.98789036274],
    ['test_recall_comp1', 0.666666666667],
    ['test_precision_none', 0.666666666667],
    ['test_f1_comp2', 0.4],
  ])('gives scikit-learn’s %s', (key, expected) => {
    expect(metrics[key]).toBeCloseTo(expected, 6);
  });

  it('sets the model against the best constant answer', () => {
    expect(metrics.test_base_rate).toBe(0.5);
    expect(metrics.test_baseline_accuracy).toBe(0.5);
    expect(metrics.test_baseline_log_loss).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(4), 12);
  });

  it('closes a band at its later end and gives an empty band no recall', () => {
    expect(metrics.test_recall_0_12h).toBe(1);
    expect(metrics.test_recall_12_24h).toBe(0.5);
    expect(metrics.test_recall_72_168h).toBe(0);
    expect(metrics).not.toHaveProperty('test_recall_24_36h');
  });

  it('gives a class without a row no figure and leaves it out of every mean', () => {
    const rows: ScoredRows = {
      ...TWELVE,
      labels: Int32Array.from(TWELVE.labels, (label) => (label === 2 ? 0 : label)),
    };
    const evaluation = evaluateClassifier(rows);
    const partial = evaluationMetrics(evaluation, 'test_');
    expect(Object.keys(partial).filter((key) => key.includes('comp2'))).toEqual(['test_rows_comp2']);
    expect(partial.test_macro_recall).toBe(partial.test_recall_comp1);
    expect(partial.test_roc_auc).toBeCloseTo(
      (partial.test_roc_auc_none! + partial.test_roc_auc_comp1!) / 2,
      12,
    );
    expect(formatEvaluation(evaluation)).toMatch(/comp2 +0 +0\.0000 +– +– +– +– +–/);
  });

  it('gives the precision of a class that is never predicted as 0', () => {
    const metrics = evaluationMetrics(
      evaluateClassifier({ ...TWELVE, predicted: new Uint8Array(12) }),
      'validation_',
    );
    expect(metrics).toMatchObject({
      validation_precision_comp1: 0,
      validation_recall_comp1: 0,
      validation_f1_comp1: 0,
      validation_alarm_precision: 0,
    });
  });

  it('has only finite figures, and no area under a curve, where all rows are of one class', () => {
    const metrics = evaluationMetrics(evaluateClassifier({ ...TWELVE, labels: new Int32Array(12) }), 'test_');
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
    for (const key of ['test_roc_auc', 'test_roc_auc_any_failure', 'test_macro_f1', 'test_recall_comp1']) {
      expect(metrics).not.toHaveProperty(key);
    }
    expect(metrics.test_macro_recall_all_classes).toBeCloseTo(metrics.test_accuracy!, 12);
  });

  it('reports the second of two classes as the positive one', () => {
    const metrics = evaluationMetrics(
      evaluateClassifier({
        classes: ['0', '1'],
        labels: Uint8Array.of(0, 1, 1, 0),
        predicted: Uint8Array.of(0, 1, 0, 0),
        probabilities: Float32Array.of(0.75, 0.25, 0.25, 0.75, 0.75, 0.25, 1, 0),
      }),
      'test_',
    );
    expect(metrics).toMatchObject({ test_macro_f1: 2 / 3, test_roc_auc: 0.875, test_recall_1: 0.5 });
    expect(metrics).not.toHaveProperty('test_roc_auc_any_failure');
  });

  it('refuses no rows in words, and rows that contradict themselves as a fault', () => {
    const none = {
      classes: ['0', '1'],
      labels: new Uint8Array(0),
      predicted: new Uint8Array(0),
      probabilities: new Float32Array(0),
    };
    expect(() => evaluateClassifier(none)).toThrow(UserError);
    expect(() => evaluateClassifier({ ...TWELVE, predicted: new Uint8Array(3) })).toThrow(RangeError);
    expect(() => evaluateClassifier({ ...TWELVE, labels: new Int32Array(12).fill(-1) })).toThrow(/label -1/);
    expect(() => evaluateClassifier({ ...TWELVE, predicted: new Uint8Array(12).fill(3) })).toThrow(/class 3/);
    expect(() => evaluateClassifier({ ...TWELVE, probabilities: new Float32Array(36).fill(NaN) })).toThrow(
      /NaN/,
    );
  });

  it('survives JSON', () => {
    const evaluation = evaluateClassifier(TWELVE, HOURS);
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });
});

it('prints no hours before a failure where no row lies before one', () => {
  const healthy = evaluateClassifier(
    { ...TWELVE, labels: new Int32Array(12) },
    new Float64Array(12).fill(Number.NaN),
  );
  expect(formatEvaluation(healthy)).not.toContain('before the failure');
});

it('prints an evaluation as aligned tables', () => {
  expect(formatEvaluation(evaluateClassifier(TWELVE, HOURS))).toMatchInlineSnapshot(`
    "actual ↓ predicted →  none  comp1  comp2
    none                     4      1      1
    comp1                    1      2      0
    comp2                    1      1      1

    class  rows   share  precision  recall      F1  ROC AUC  PR AUC
    none      6  0.5000     0.6667  0.6667  0.6667   0.7083  0.6167
    comp1     3  0.2500     0.5000  0.6667  0.5714   0.7963  0.6000
    comp2     3  0.2500     0.5000  0.3333  0.4000   0.6852  0.5278

    overall                model  baseline
    accuracy              0.5833    0.5000
    log loss              1.9879    1.0397
    macro F1              0.4857
    macro F1 all classes  0.5460
    ROC AUC               0.7299
    ROC AUC any failure   0.7083
    PR AUC                0.5815
    alarm precision       0.5000
    baseline: always 'none'; each class's share as its probability

    before the failure  rows  recall  any component
    0–12 h                 2  1.0000         1.0000
    12–24 h                2  0.5000         0.5000
    72–168 h               1  0.0000         1.0000"
  `);
});
