import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TabularConfig } from 'pm-core';
import { predict } from 'pm-core/forest';
import { rankingScores } from 'pm-core/metrics';
import type { RowParts } from 'pm-core/split';
import {
  bestTrial,
  lossOf,
  measuredParams,
  openFoldPool,
  runSweep,
  sampleByTpe,
  trialParams,
} from 'pm-core/tune';
import { sweepFolds } from '../src/pipelines/sweep/sweep-folds.ts';
import { fit } from '../src/pipelines/training/fit-model.ts';
import { selectRows } from '../src/pipelines/training/select-rows.ts';
import type { LabeledRows } from '../src/pipelines/training/training-data.ts';
import type { Wine } from './read-wine.ts';

export interface SweepResult {
  /** ROC AUC of the sweep's best on the test rows. */
  readonly auc: number;
  /** From the first evaluation to the model of the best parameters, runs of a tracking server not among them. */
  readonly seconds: number;
}

interface SweepOptions {
  readonly config: TabularConfig;
  readonly parts: RowParts;
  readonly seed: number;
  /** Evaluations at a time. */
  readonly threads: number;
}

/** What `pm tune` does with a split, without lake and tracking. */
export async function ourSweep(
  wine: Wine,
  { config, parts, seed, threads }: SweepOptions,
): Promise<SweepResult> {
  const all = labeled(wine);
  const [train, validation] = [selectRows(all, parts.train), selectRows(all, parts.validation)];
  const test = selectRows(all, parts.test);
  const settings = { ...config.tune, seed };
  const start = performance.now();
  const folds = sweepFolds({ train, validation }, settings);
  const pool = openFoldPool(folds, { workers: threads });
  const results = await runSweep({
    ...{ ...settings, parallel: threads, steps: 1, sampler: sampleByTpe },
    async evaluate({ values, report }) {
      const params = measuredParams(trialParams(config.model, values), settings.measuredTrees);
      report(lossOf(settings.metric, await pool.evaluate(0, params)));
    },
  });
  await pool.close();
  const model = trialParams(config.model, bestTrial(results)!.values);
  const { ensemble } = await fit(
    train,
    { config: { ...config, model }, signal: new AbortController().signal },
    { validation },
  );
  const seconds = (performance.now() - start) / 1000;
  const { probabilities } = await predict(ensemble, test.matrix);
  const scores = Float32Array.from(test.label, (_, row) => probabilities[2 * row + 1]!);
  return { auc: rankingScores(scores, Uint8Array.from(test.label)).rocAuc!, seconds };
}

function labeled({ matrix, label }: Wine): LabeledRows {
  const groups = Array.from(label, (_, row) => String(row));
  return { matrix, label, groups, classes: ['0', '1'], failuresByComponent: {}, digest: '' };
}

/** As many evaluations of hyperopt and XGBoost on the same rows and cores; its best booster is kept, so no fit follows. */
export function theirSweep(
  python: string,
  { matrix, label }: Wine,
  { config, parts, seed, threads }: SweepOptions,
): SweepResult & { readonly threads: number } {
  const [train, validation, test] = [[...parts.train], [...parts.validation], [...parts.test]];
  const columns = matrix.columns.map((column) => [...column]);
  const { evaluations } = config.tune;
  const input = JSON.stringify({
    ...{ columns, labels: [...label], train, validation, test, seed, threads, evaluations },
  });
  const script = join(import.meta.dirname, 'peers/wine_sweep.py');
  return JSON.parse(execFileSync(python, ['-W', 'ignore', script], { input, maxBuffer: 2 ** 24 }).toString());
}
