import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { pythonFor } from '../testing/python.ts';
import { precisionRecallCurve, rocCurve } from './ranking-curves.ts';
import { RELIABILITY_BINS, reliabilityCurve } from './reliability.ts';

const SCIKIT_LEARN = `
import json, sys, numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve, roc_curve
given = json.load(sys.stdin)
y, s = np.array(given["isPositive"]), np.array(given["scores"], dtype=np.float32)
fpr, tpr, thresholds = roc_curve(y, s, drop_intermediate=False)
precision, recall, _ = precision_recall_curve(y, s)
share, mean = calibration_curve(y, s.astype(float), n_bins=given["bins"], strategy="quantile")
out = dict(fpr=fpr, tpr=tpr, thresholds=thresholds[1:], precision=precision[::-1], recall=recall[::-1], share=share, mean=mean)
print(json.dumps({key: [float(v) for v in values] for key, values in out.items()}))
`;

const python = pythonFor();

describe.skipIf(python === undefined)('the curves are those of scikit-learn (needs Python ≥ 3.11)', () => {
  it.each([
    ['distinct scores', 1, (score: number) => score],
    ['scores in tenths, so nearly all tied', 2, (score: number) => Math.round(score * 10) / 10],
    ['mostly one score', 3, (score: number) => (score < 0.8 ? 0 : score)],
  ])('on %s', (_, seed, shape) => {
    const random = seededRandom(seed);
    const draws = Array.from({ length: 3000 }, () => random());
    const isPositive = Uint8Array.from(draws, (draw) => (random() < draw ** 2 ? 1 : 0));
    const scores = Float32Array.from(draws, shape);

    const expected = scikitLearn(scores, isPositive);
    const roc = rocCurve(scores, isPositive)!;
    const pr = precisionRecallCurve(scores, isPositive)!;
    const bins = reliabilityCurve(scores, isPositive);
    const actual = {
      fpr: [...roc.falsePositiveRate],
      tpr: [...roc.truePositiveRate],
      thresholds: [...roc.thresholds].slice(1),
      precision: [...pr.precision],
      recall: [...pr.recall],
      share: bins.map(({ positiveShare }) => positiveShare),
      mean: bins.map(({ meanScore }) => meanScore),
    };
    for (const [name, values] of Object.entries(actual)) {
      expect([name, values.length]).toEqual([name, expected[name]!.length]);
      const apart = values.map((value, i) => Math.abs(value - expected[name]![i]!));
      expect(Math.max(...apart), name).toBeLessThan(1e-9);
    }
  });
});

function scikitLearn(scores: Float32Array, isPositive: Uint8Array): Record<string, number[]> {
  const input = JSON.stringify({ scores: [...scores], isPositive: [...isPositive], bins: RELIABILITY_BINS });
  return JSON.parse(execFileSync(python!, ['-W', 'ignore', '-c', SCIKIT_LEARN], { input, encoding: 'utf8' }));
}
