import type { SearchSpace } from './search-space.ts';

/**
 * Both kinds of trees; what is not here stays as the workflow's model part, or its defaults, say. So does the number of a forest's
 * trees: more are never worse, only slower.
 */
export const DEFAULT_SPACE: SearchSpace = {
  algorithm: {
    choice: {
      'random-forest': {
        maxDepth: { integer: [8, 30] },
        featuresPerNode: { integer: [1, 8] },
        minRowsPerLeaf: { integer: [1, 8] },
        subsample: { uniform: [0.5, 1] },
      },
      'gradient-boosting': {
        learningRate: { logUniform: [0.03, 0.3] },
        maxDepth: { integer: [3, 12] },
        minChildWeight: { logUniform: [0.3, 20] },
        lambda: { logUniform: [0.1, 20] },
        subsample: { uniform: [0.5, 1] },
        featuresPerTree: { uniform: [0.4, 1] },
      },
    },
  },
};
