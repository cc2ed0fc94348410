import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { pythonFor } from '../testing/python.ts';
import { evaluateClassifier } from './evaluate-classifier.ts';
import { evaluationMetrics } from './evaluation-metrics.ts';
import type { ScoredRows } from './scored-rows.ts';

/** Reads {classes, labels, predicted, probabilities} and prints what scikit-learn makes of them under our keys. */
const SCIKIT_LEARN = `
import json, sys, numpy as np
from sklearn.metrics import (accuracy_score, average_precision_score, log_loss, precision_recall_fscore_support,
                             precision_score, roc_auc_score)
given = json.load(sys.stdin)
names, y, predicted = given["classes"], np.array(given["labels"]), np.array(given["predicted"])
p = np.array(given["probabilities"], dtype=np.float32).reshape(len(y), -1)
numbers = list(range(len(names)))
binary = len(names) == 2
out = {"accuracy": accuracy_score(y, predicted), "log_loss": log_loss(y, y_proba=p, labels=numbers)}
def scores(**options):
    return precision_recall_fscore_support(y, predicted, zero_division=0, **options)[:3]
for suffix, labels in (("", numbers[1:]), ("_all_classes", numbers)):
    for key, value in zip(("precision", "recall", "f1"), scores(labels=labels, average="macro")):
        out[f"macro_{key}{suffix}"] = value
for c, name in enumerate(names):
    for key, value in zip(("precision", "recall", "f1"), scores(labels=[c], average=None)):
        out[f"{key}_{name}"] = value[0]
    out[f"roc_auc_{name}"] = roc_auc_score(y == c, p[:, c])
    out[f"pr_auc_{name}"] = average_precision_score(y == c, p[:, c])
out["alarm_precision"] = precision_score(y, predicted, labels=numbers[1:], average="micro", zero_division=0)
if binary:
    out["roc_auc"] = roc_auc_score(y, p[:, 1])
    out["pr_auc"] = average_precision_score(y, p[:, 1])
else:
    out["roc_auc"] = roc_auc_score(y, p, multi_class="ovr")
    out["pr_auc"] = average_precision_score(y, p, average="macro")
    out["roc_auc_any_failure"] = roc_auc_score(y != 0, 1 - p[:, 0])
    out["pr_auc_any_failure"] = average_precision_score(y != 0, 1 - p[:, 0])
print(json.dumps({key: float(value) for key, value in out.items()}))
`;

const python = pythonFor();

describe.skipIf(python === undefined)('scikit-learn agrees (needs Python ≥ 3.11)', () => {
  it.each([
    ['random probabilities, five classes', randomRows({ seed: 1, classCount: 5 })],
    ['probabilities in quarters, so nearly all tied', randomRows({ seed: 2, classCount: 5, quarters: true })],
    ['two classes', randomRows({ seed: 3, classCount: 2 })],
    ['two classes, tied', randomRows({ seed: 4, classCount: 2, quarters: true })],
    ['a class that is never predicted', neverPredicted(randomRows({ seed: 5, classCount: 3 }), 2)],
  ])('on %s', (_, rows) => {
    const expected = scikitLearn(rows);
    const actual = evaluationMetrics(evaluateClassifier(rows), '');
    for (const [key, value] of Object.entries(expected)) expect(actual[key], key).toBeCloseTo(value, 6);
    expect(Object.keys(expected).length).toBeGreaterThan(15);
  });
});

function scikitLearn(rows: ScoredRows): Record<string, number> {
  const input = JSON.stringify({
    classes: rows.classes,
    labels: [...rows.labels],
    predicted: [...rows.predicted],
    probabilities: [...rows.probabilities],
  });
  return JSON.parse(execFileSync(python!, ['-W', 'ignore', '-c', SCIKIT_LEARN], { input, encoding: 'utf8' }));
}

function randomRows(options: { seed: number; classCount: number; quarters?: boolean }): ScoredRows {
  const random = seededRandom(options.seed);
  const { classCount } = options;
  const rowCount = 2000;
  const labels = Int32Array.from({ length: rowCount }, () => Math.floor(random() ** 2 * classCount));
  const probabilities = new Float32Array(rowCount * classCount);
  for (let row = 0; row < rowCount; row++) {
    const quarters = new Float32Array(classCount);
    for (let i = 0; i < 4; i++)
      quarters[random() < 0.3 ? labels[row] : Math.floor(random() * classCount)] += 0.25;
    const weights = Float32Array.from(
      { length: classCount },
      (_, c) => random() + (c === labels[row] ? 0.4 : 0),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    probabilities.set(
      options.quarters ? quarters : weights.map((weight) => weight / total),
      row * classCount,
    );
  }
  const predicted = Uint8Array.from(labels, (_, row) => {
    const cells = probabilities.subarray(row * classCount, (row + 1) * classCount);
    return cells.indexOf(Math.max(...cells));
  });
  const classes = Array.from({ length: classCount }, (_, c) => (c === 0 ? 'none' : `comp${c}`));
  return { classes, labels, predicted, probabilities };
}

function neverPredicted(rows: ScoredRows, classNumber: number): ScoredRows {
  return {
    ...rows,
    predicted: Uint8Array.from(rows.predicted, (value) => (value === classNumber ? 0 : value)),
  };
}
