import { type BoostedTree, createBoostedGrower } from '../boosting/boosted-grower.ts';
import { createGradientWriter, type GradientData } from '../boosting/gradients.ts';
import type { BoostingRules } from '../boosting/growth.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { deriveSeed } from '../random.ts';
import type { BinnedMatrix } from './binned-matrix.ts';
import { encodeFeature, featureBounds } from './binning.ts';
import { createTreeGrower, type GrowthData, type GrowthRules } from './grower.ts';
import type { GrownTree } from './grown-tree.ts';
import { createLossSummer, type PermutedSample } from './permutation-losses.ts';
import { createBlockPredictor, type PredictionBuffers } from './predictor.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * What worker threads can be asked to do. A job is sent to each thread once, by structured clone, its large arrays being shared
 * memory; its tasks are numbers 0, 1, …: a feature, a block of rows, a tree or a class. What a task gives depends on the job and its
 * number only, never on the thread.
 */
export type ForestJob =
  | { kind: 'bounds'; matrix: FeatureMatrix; rows: Int32Array; bins: number }
  | { kind: 'encode'; matrix: FeatureMatrix; rows: Int32Array; binned: BinnedMatrix }
  | { kind: 'grow'; data: GrowthData; rules: GrowthRules; seed: number }
  | { kind: 'gradients'; data: GradientData }
  | {
      kind: 'boost';
      data: { binned: BinnedMatrix; gradients: GradientData };
      rules: BoostingRules;
      seed: number;
    }
  | { kind: 'predict'; ensemble: TreeEnsemble; matrix: FeatureMatrix; into: PredictionBuffers }
  | { kind: 'losses'; sample: PermutedSample };

interface Results {
  /** Upper bounds of the bins of feature `task`. */
  bounds: Float32Array;
  /** Nothing: the codes of feature `task` are written. */
  encode: undefined;
  /** Tree `task`. */
  grow: GrownTree;
  /** Nothing: the derivatives of block `task` are written. */
  gradients: undefined;
  /** Tree `task`, of round ⌊task / outputs⌋ and output task mod outputs, whose margins it has moved. */
  boost: BoostedTree;
  /** Nothing: the predictions of block `task` are written. */
  predict: undefined;
  /** Log losses summed over block `task` of the sample (see createLossSummer). */
  losses: Float64Array;
}
export type TaskResult<Job extends ForestJob> = Results[Job['kind']];

/** Rows in a task of a job that goes through a matrix. */
export const ROWS_PER_TASK = 8192;
/** Rows in a task of permutation importance: each has a number for every permuted feature. */
export const SAMPLE_ROWS_PER_TASK = 256;

/** Makes ready for the tasks of a job. */
export function createTaskRunner<Job extends ForestJob>(job: Job): (task: number) => TaskResult<Job> {
  return runnerOf(job) as (task: number) => TaskResult<Job>;
}

function runnerOf(job: ForestJob): (task: number) => unknown {
  switch (job.kind) {
    case 'bounds':
      return (feature) => featureBounds(job.matrix, feature, job.rows, job.bins);
    case 'encode':
      return (feature) => encodeFeature(job.binned, job.matrix, feature, job.rows);
    case 'grow': {
      const grow = createTreeGrower(job.data, job.rules);
      return (tree) => grow(deriveSeed(job.seed, tree));
    }
    case 'gradients':
      return blocks(ROWS_PER_TASK, job.data.trainCount, createGradientWriter(job.data));
    case 'boost': {
      const { outputCount } = job.data.gradients;
      const grow = createBoostedGrower(job.data, job.rules);
      return (tree) => {
        const [round, output] = [Math.floor(tree / outputCount), tree % outputCount];
        return grow(output, deriveSeed(deriveSeed(job.seed, round), output));
      };
    }
    case 'predict':
      return blocks(
        ROWS_PER_TASK,
        job.matrix.rowCount,
        createBlockPredictor(job.ensemble, job.matrix, job.into),
      );
    case 'losses':
      return blocks(SAMPLE_ROWS_PER_TASK, job.sample.labels.length, createLossSummer(job.sample));
  }
}

/** Task i is the rows from i × size to the next block's first or the end. */
function blocks<Result>(size: number, rowCount: number, run: (from: number, to: number) => Result) {
  return (block: number): Result => run(block * size, Math.min((block + 1) * size, rowCount));
}
