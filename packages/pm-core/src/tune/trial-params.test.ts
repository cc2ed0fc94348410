import { describe, expect, it } from 'vitest';
import { ModelParams } from '../config.ts';
import { measuredParams } from './trial-params.ts';

describe('a trial is measured', () => {
  it('by a forest of fewer trees, never of more', () => {
    const forest = ModelParams.parse({ algorithm: 'random-forest', trees: 80, maxDepth: 9 });
    expect(measuredParams(forest, 75)).toEqual({ ...forest, trees: 75 });
    expect(measuredParams(forest, 100)).toEqual(forest);
  });

  it('by all rounds of boosted trees, which early stopping ends', () => {
    const boosting = ModelParams.parse({ algorithm: 'gradient-boosting', rounds: 300 });
    expect(measuredParams(boosting, 75)).toEqual(boosting);
  });
});
