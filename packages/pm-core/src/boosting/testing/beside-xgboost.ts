import { execFileSync } from 'node:child_process';
import { BoostingParams } from '../../config.ts';
import { predict } from '../../forest/predict.ts';
import { matrixOf } from '../../forest/testing/matrix.ts';
import { rankingScores } from '../../metrics/index.ts';
import { trainBoosting } from '../train-boosting.ts';
import { stratifiedSplit, type WineData } from './wine-data.ts';

/** The parameters of both, in our names. */
export const PARAMS = BoostingParams.parse({
  algorithm: 'gradient-boosting',
  rounds: 200,
  learningRate: 0.1,
  maxDepth: 6,
  bins: 255,
  subsample: 0.8,
  featuresPerTree: 0.8,
  earlyStoppingRounds: 'off',
});

export interface SplitResult {
  /** ROC AUC on the split's test rows. */
  readonly auc: number;
  /** Of training, binning included. */
  readonly seconds: number;
  /** Processor time of the same training, all threads together. */
  readonly cpuSeconds: number;
}

/**
 * XGBoost's hist with the parameters of PARAMS on each split, after one training to warm up. On few rows its threads may cost more
 * than they bring, on a busy machine ten times as much: of the numbers of threads given the fastest counts.
 */
const SCRIPT = `
import json, sys, time
import numpy as np, xgboost as xgb
data = json.load(sys.stdin)
X, y, p = np.array(data["columns"], dtype=np.float32).T, np.array(data["labels"]), data["params"]
def auc(scores, labels):
    order = np.argsort(scores, kind="stable")
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = labels.sum()
    return (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))
def train(rows, seed, threads):
    params = dict(objective="binary:logistic", tree_method="hist", max_bin=p["bins"], eta=p["learningRate"],
        max_depth=p["maxDepth"], subsample=p["subsample"], colsample_bytree=p["featuresPerTree"], alpha=p["alpha"],
        min_child_weight=p["minChildWeight"], gamma=p["gamma"], seed=seed, nthread=threads, **{"lambda": p["lambda"]})
    start, cpu = time.perf_counter(), time.process_time()
    model = xgb.train(params, xgb.QuantileDMatrix(X[rows], y[rows], max_bin=p["bins"], nthread=threads), num_boost_round=p["rounds"])
    return model, time.perf_counter() - start, time.process_time() - cpu
results = []
for split in data["splits"]:
    train(split["train"], split["seed"], 1)
    trained = [train(split["train"], split["seed"], threads) for threads in data["threads"]]
    model, seconds, cpu = min(trained, key=lambda one: one[1])
    scores = model.predict(xgb.DMatrix(X[split["test"]]))
    results.append({"auc": auc(scores, y[split["test"]]), "seconds": seconds, "cpuSeconds": cpu})
print(json.dumps(results))
`;

export function xgboostResults(
  python: string,
  { matrix, labels }: WineData,
  { seeds, threads }: { seeds: readonly number[]; threads: readonly number[] },
): SplitResult[] {
  const splits = seeds.map((seed) => {
    const { train, test } = stratifiedSplit(labels, seed);
    return { seed, train: [...train], test: [...test] };
  });
  const columns = matrix.columns.map((column) => [...column]);
  const input = JSON.stringify({ columns, labels: [...labels], params: PARAMS, splits, threads });
  return JSON.parse(execFileSync(python, ['-c', SCRIPT], { input, maxBuffer: 2 ** 24 }).toString());
}

export async function ourResult(wine: WineData, seed: number, workers: number): Promise<SplitResult> {
  const { train, test } = stratifiedSplit(wine.labels, seed);
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { ensemble } = await trainBoosting(wine.matrix, wine.labels, {
    classes: ['0', '1'],
    params: { ...PARAMS, seed },
    workers,
    rows: train,
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const columns = wine.matrix.columns.map((column) => Float32Array.from(test, (row) => column[row]));
  const { probabilities } = await predict(ensemble, {
    ...matrixOf(columns),
    featureNames: wine.matrix.featureNames,
  });
  const scores = Float32Array.from(test, (_, i) => probabilities[2 * i + 1]);
  const { rocAuc } = rankingScores(
    scores,
    Uint8Array.from(test, (row) => wine.labels[row]),
  );
  return { auc: rocAuc as number, seconds, cpuSeconds: (user + system) / 1e6 };
}
