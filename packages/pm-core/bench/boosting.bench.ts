import { availableParallelism } from 'node:os';
import { ourResult, type SplitResult, xgboostResults } from '../src/boosting/testing/beside-xgboost.ts';
import { wineData } from '../src/boosting/testing/wine-data.ts';
import { pythonFor } from '../src/testing/python.ts';

/**
 * Ours and XGBoost's, same parameters and rows, ten splits of the wine data, each two times. Both train twice for a time, XGBoost once
 * on one thread and once on all, and the faster of the two counts.
 */
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
  for (const seed of [...seeds, ...seeds]) {
    const own = [await ourResult(wine, seed, threads), await ourResult(wine, seed, threads)];
    ours.push(own[0]!.seconds < own[1]!.seconds ? own[0]! : own[1]!);
    theirs.push(...xgboostResults(python, wine, { seeds: [seed], threads: [1, threads] }));
  }
  const mean = (results: readonly SplitResult[]) =>
    results.reduce((sum, { auc }) => sum + auc / results.length, 0);
  print('ROC AUC, mean of 10 splits: ours', mean(ours));
  print('XGBoost', mean(theirs));
  print('ours higher on splits', seeds.filter((seed) => ours[seed]!.auc > theirs[seed]!.auc).length);
  for (const [what, key] of [
    ['training', 'seconds'],
    ['processor', 'cpuSeconds'],
  ] as const) {
    const times = (results: readonly SplitResult[]) => results.map((result) => result[key]);
    print(`${what}, s, median: ours, faster of 2`, median(times(ours)));
    print('XGBoost, faster of 1 thread and all', median(times(theirs)));
    print(
      "ratio, × XGBoost's, median of the pairs",
      median(ours.map((own, i) => own[key] / theirs[i]![key])),
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function print(what: string, value: number): void {
  console.log(`${what.padEnd(40)} ${value.toFixed(4)}`);
}
