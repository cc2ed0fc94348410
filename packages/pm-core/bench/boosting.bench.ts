import { availableParallelism } from 'node:os';
import { pythonFor } from '../../pm-mlops/src/testing/python.ts';
import { ourResult, type SplitResult, xgboostResults } from '../src/boosting/testing/beside-xgboost.ts';
import { wineData } from '../src/boosting/testing/wine-data.ts';

/** Ours and XGBoost's, same parameters and rows, on ten splits of the wine data. */
const seeds = [...Array(10).keys()];
const threads = availableParallelism();
const wine = wineData();
const python = pythonFor('requirements-xgboost.txt');

if (wine === undefined) console.log('skipped: the wine data is not in ../shared/data');
else if (python === undefined) console.log('skipped: no Python ≥ 3.11 for XGBoost');
else {
  await ourResult(wine, 0, threads);
  const ours: SplitResult[] = [];
  const theirs: SplitResult[] = [];
  // By turns, so that whatever else the machine does falls on both.
  for (const seed of seeds) {
    ours.push(await ourResult(wine, seed, threads));
    theirs.push(...xgboostResults(python, wine, { seeds: [seed], threads: [1, threads] }));
  }
  print('ROC AUC, mean of 10 splits: ours', mean(ours, 'auc'));
  print('XGBoost', mean(theirs, 'auc'));
  print('ours higher on splits', ours.filter(({ auc }, i) => auc > theirs[i]!.auc).length);
  print('training, s, median: ours', median(ours));
  print('XGBoost, faster of 1 thread and all', median(theirs));
  print("ratio, × XGBoost's time", median(ours) / median(theirs));
}

function mean(results: readonly SplitResult[], key: keyof SplitResult): number {
  return results.reduce((sum, result) => sum + result[key], 0) / results.length;
}

function median(results: readonly SplitResult[]): number {
  const sorted = results.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function print(what: string, value: number): void {
  console.log(`${what.padEnd(40)} ${value.toFixed(4)}`);
}
