import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ForestParams, TabularConfig } from 'pm-core';
import { predict, trainForest } from 'pm-core/forest';
import { rankingScores } from 'pm-core/metrics';
import { drawGroupSplit, drawRowSplit, type RowParts } from 'pm-core/split';
import { equalRows } from 'pm-core/tabular';
import { pythonFor } from 'pm-core/testing';
import { loadConfig } from '../src/cli/load-config.ts';
import { selectMatrixRows } from '../src/pipelines/training/select-rows.ts';
import { readWine, type Wine } from './read-wine.ts';
import { ourSweep, theirSweep } from './wine-sweep.ts';

/**
 * First: the forest of config/wine-quality.yaml beside scikit-learn's of as many trees with its defaults: the same rows train and test, on ten
 * splits by row (what others report), and on ten on which no wine has its like on the other side.
 * Then: a sweep as `pm tune` makes it beside hyperopt over XGBoost, on the first SPLITS of the splits by row (3; SPLITS=10 for all).
 */
const SOURCE = resolve(import.meta.dirname, '../../../../shared/data/wine-quality');
const seeds = [...Array(10).keys()];
const sweptSeeds = seeds.slice(0, Number(process.env.SPLITS ?? 3));
const threads = availableParallelism();
const config = TabularConfig.parse(loadConfig('config/wine-quality.yaml', process.cwd()));
const params = ForestParams.parse(config.model);
const python = pythonFor();
const sweepPython = pythonFor('requirements-hyperopt.txt');

if (!existsSync(SOURCE)) console.log('skipped: the wine data is not in ../shared/data');
else if (python === undefined || sweepPython === undefined)
  console.log('skipped: no Python ≥ 3.11 for scikit-learn and hyperopt');
else {
  const wine = await readWine(config, SOURCE, tmpdir());
  const alike = [...equalRows(wine.matrix)];
  const shares = (seed: number) => ({ ...config.split, seed });
  console.log(
    `ROC AUC on the test rows, mean of ${seeds.length} splits (standard deviation of the difference)`,
  );
  await compare('split by row', wine, python, (seed) => drawRowSplit(wine.label, shares(seed)));
  await compare('like rows on one side', wine, python, (seed) =>
    drawGroupSplit(wine.label, alike, shares(seed)),
  );
  await compareSweeps(wine, sweepPython, (seed) => drawRowSplit(wine.label, shares(seed)));
}

interface Result {
  readonly auc: number;
  readonly seconds: number;
}

async function compare(
  title: string,
  wine: Wine,
  python: string,
  draw: (seed: number) => RowParts,
): Promise<void> {
  const ours: Result[] = [];
  const theirs: Result[] = [];
  // By turns, so that whatever else the machine does falls on both.
  for (const seed of seeds) {
    const parts = draw(seed);
    ours.push(await ourForest(wine, parts, seed));
    theirs.push(theirForest(python, wine, parts, seed));
  }
  const differences = ours.map(({ auc }, i) => auc - theirs[i]!.auc);
  const ahead = differences.filter((difference) => difference > 0).length;
  console.log(`\n${title}`);
  console.log(
    `  ours          ${mean(ours, 'auc').toFixed(4)}   ${mean(ours, 'seconds').toFixed(2)} s a fit`,
  );
  console.log(
    `  scikit-learn  ${mean(theirs, 'auc').toFixed(4)}   ${mean(theirs, 'seconds').toFixed(2)} s a fit`,
  );
  console.log(`  ours is ahead on ${ahead} of ${seeds.length} splits (${deviation(differences).toFixed(4)})`);
}

async function compareSweeps(wine: Wine, python: string, draw: (seed: number) => RowParts): Promise<void> {
  const { evaluations } = config.tune;
  console.log(
    `\na sweep of ${evaluations} on the split by row, ${sweptSeeds.length} splits, ${threads} cores`,
  );
  const ours: Result[] = [];
  const theirs: Result[] = [];
  const print = (name: string, { auc, seconds }: Result) =>
    console.log(`  ${name.padEnd(19)} ${auc.toFixed(4)}   ${seconds.toFixed(1)} s`);
  for (const seed of sweptSeeds) {
    const options = { config, parts: draw(seed), seed, threads };
    ours.push(await ourSweep(wine, options));
    print(`seed ${seed} ours`, ours.at(-1)!);
    const peer = theirSweep(python, wine, options);
    theirs.push(peer);
    print(`XGBoost on ${peer.threads}`, peer);
  }
  const average = (results: Result[]) => ({ auc: mean(results, 'auc'), seconds: mean(results, 'seconds') });
  print('mean of ours', average(ours));
  print('hyperopt + XGBoost', average(theirs));
  const ahead = ours.filter(({ auc }, i) => auc > theirs[i]!.auc).length;
  const ratio = mean(ours, 'seconds') / mean(theirs, 'seconds');
  console.log(`  ours is ahead on ${ahead} of ${ours.length} splits, in ${ratio.toFixed(2)} × the time`);
}

async function ourForest({ matrix, label }: Wine, { train, test }: RowParts, seed: number): Promise<Result> {
  const start = performance.now();
  const options = { classes: ['0', '1'], params: { ...params, seed }, workers: threads, rows: train };
  const { ensemble } = await trainForest(matrix, label, options);
  const seconds = (performance.now() - start) / 1000;
  const { probabilities } = await predict(ensemble, selectMatrixRows(matrix, test), { workers: threads });
  const { rocAuc } = rankingScores(
    Float32Array.from(test, (_, i) => probabilities[2 * i + 1]!),
    Uint8Array.from(test, (row) => label[row]!),
  );
  return { auc: rocAuc!, seconds };
}

function theirForest(
  python: string,
  { matrix, label }: Wine,
  { train, test }: RowParts,
  seed: number,
): Result {
  const splits = [{ seed, train: [...train], test: [...test] }];
  const columns = matrix.columns.map((column) => [...column]);
  const input = JSON.stringify({ columns, labels: [...label], splits, trees: params.trees, threads });
  const script = join(import.meta.dirname, 'peers/wine_forest.py');
  return JSON.parse(execFileSync(python, [script], { input, maxBuffer: 2 ** 24 }).toString())[0];
}

function mean(results: readonly Result[], key: keyof Result): number {
  return results.reduce((sum, result) => sum + result[key], 0) / results.length;
}

function deviation(values: readonly number[]): number {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1));
}
