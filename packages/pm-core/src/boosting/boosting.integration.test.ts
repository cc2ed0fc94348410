import { describe, expect, it } from 'vitest';
import { pythonFor } from '../testing/python.ts';
import { ourResult, type SplitResult, xgboostResults } from './testing/beside-xgboost.ts';
import { wineData } from './testing/wine-data.ts';

const SEEDS = [0, 1, 2, 3];
const wine = wineData();
const python = wine === undefined ? undefined : pythonFor('requirements-xgboost.txt');

const meanAuc = (results: readonly SplitResult[]): number =>
  results.reduce((sum, { auc }) => sum + auc, 0) / results.length;

describe.skipIf(python === undefined)(
  'beside XGBoost on the wine data (skipped without ../shared/data or Python ≥ 3.11)',
  () => {
    it('gradient boosting ranks the test rows of the same splits as well with the same parameters', async () => {
      const ours: SplitResult[] = [];
      for (const seed of SEEDS) ours.push(await ourResult(wine!, seed, 1));
      const theirs = xgboostResults(python!, wine!, { seeds: SEEDS, threads: [1] });
      expect(meanAuc(ours)).toBeGreaterThan(0.85);
      expect(meanAuc(ours)).toBeGreaterThanOrEqual(meanAuc(theirs) - 0.002);
    });
  },
);
