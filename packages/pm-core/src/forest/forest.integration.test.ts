import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ForestParams } from '../config.ts';
import { logLoss } from '../metrics/index.ts';
import { pythonFor } from '../testing/python.ts';
import { predict } from './predict.ts';
import { matrixOf } from './testing/matrix.ts';
import { plantedData } from './testing/planted-data.ts';
import { trainForest } from './train-forest.ts';

const python = pythonFor();
const CLASSES = ['none', 'a', 'b', 'c'];
const TRAIN_ROWS = 6000;
const FEATURES = 12;
const PARAMS = { ...ForestParams.parse({}), trees: 100, bins: 255 };

/** Three causes, one of two features together and one of a sum that no single split can follow, under 10 % of wrong labels. */
const { matrix, labels } = plantedData({
  rowCount: 10_000,
  featureCount: FEATURES,
  seed: 11,
  rule: (x, random) => {
    if (random() < 0.1) return Math.floor(random() * 4);
    if (x[0] > 0.8) return 1;
    if (x[1] > 0.5 && x[2] < 0.4) return 2;
    return x[3] + x[4] + x[5] > 2 ? 3 : 0;
  },
});

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss
data = json.load(sys.stdin)
X, y, n = np.array(data["columns"], dtype=np.float32).T, np.array(data["labels"]), data["trainRows"]
out = []
for seed in range(3):
    forest = RandomForestClassifier(n_estimators=100, max_depth=15, max_features=4, random_state=seed).fit(X[:n], y[:n])
    p = forest.predict_proba(X[n:])
    out.append({"accuracy": forest.score(X[n:], y[n:]), "logLoss": log_loss(y[n:], p), "importance": forest.feature_importances_.tolist()})
print(json.dumps(out))
`;

interface Scores {
  readonly accuracy: number;
  readonly logLoss: number;
  readonly importance: readonly number[];
}

async function ourScores(): Promise<Scores> {
  const trainRows = Int32Array.from({ length: TRAIN_ROWS }, (_, row) => row);
  const { ensemble, gainImportance } = await trainForest(matrix, labels, {
    classes: CLASSES,
    params: PARAMS,
    workers: 2,
    rows: trainRows,
  });
  const test = matrixOf(matrix.columns.map((column) => column.subarray(TRAIN_ROWS)));
  const testLabels = labels.subarray(TRAIN_ROWS);
  const { probabilities, label } = await predict(ensemble, test);
  const hits = label.filter((predicted, row) => predicted === testLabels[row]).length;
  return {
    accuracy: hits / label.length,
    logLoss: logLoss({ classes: CLASSES, labels: testLabels, probabilities }),
    importance: [...gainImportance],
  };
}

function sklearnScores(): Scores[] {
  const columns = matrix.columns.map((column) => [...column]);
  const input = JSON.stringify({ columns, labels: [...labels], trainRows: TRAIN_ROWS });
  return JSON.parse(execFileSync(python as string, ['-c', SCRIPT], { input, maxBuffer: 2 ** 24 }).toString());
}

describe.skipIf(python === undefined)('beside scikit-learn (skipped without Python ≥ 3.11)', () => {
  it('a forest predicts unseen rows as well as RandomForestClassifier and ranks features alike', async () => {
    const ours = await ourScores();
    for (const theirs of sklearnScores()) {
      expect(Math.abs(ours.accuracy - theirs.accuracy)).toBeLessThan(0.01);
      expect(Math.abs(ours.logLoss - theirs.logLoss)).toBeLessThan(0.02);
      theirs.importance.forEach((importance, feature) => {
        expect(Math.abs(ours.importance[feature] - importance)).toBeLessThan(0.02);
      });
    }
  });
});
