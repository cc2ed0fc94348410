import { describe, expect, it } from 'vitest';
import { parseConfig, withAlgorithm } from './config.ts';

const split = { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' };
const modelOf = (model: unknown) => parseConfig({ name: 'x', split, model }, 'x.yaml').model;

describe('the model part of a workflow file', () => {
  it('is a random forest where it names no algorithm', () => {
    expect(modelOf({ trees: 7 })).toEqual({ ...modelOf({}), algorithm: 'random-forest', trees: 7 });
    expect(parseConfig({ name: 'x', split }, 'x.yaml').model).toEqual(
      modelOf({ algorithm: 'random-forest' }),
    );
  });

  it('takes the parameters of its own algorithm only', () => {
    expect(modelOf({ algorithm: 'gradient-boosting', rounds: 9 })).toMatchObject({ rounds: 9, lambda: 1 });
    expect(() => modelOf({ algorithm: 'gradient-boosting', trees: 9 })).toThrow(/model\.trees/);
    expect(() => modelOf({ algorithm: 'random-forest', rounds: 9 })).toThrow(/model\.rounds/);
    expect(() => modelOf({ algorithm: 'perceptron' })).toThrow(
      /model\.algorithm: must be one of random-forest, decision-tree, gradient-boosting/,
    );
    expect(() => modelOf(null)).toThrow(/model/);
  });

  it.each([
    [{ classWeights: 'balanced' }, true],
    [{ classWeights: { comp1: 3 } }, true],
    [{ classWeights: { comp1: 0 } }, false],
    [{ earlyStoppingRounds: 'off' }, true],
    [{ earlyStoppingRounds: 0 }, false],
    [{ learningRate: 0 }, false],
  ])('with %o is valid: %s', (change, isValid) => {
    const parse = () => modelOf({ algorithm: 'gradient-boosting', ...change });
    if (isValid) expect(parse()).toMatchObject(change);
    else expect(parse).toThrow(/model/);
  });
});

describe('another algorithm', () => {
  it('takes its own defaults and the seed, or all parameters where it shares them', () => {
    const forest = modelOf({ trees: 7, seed: 5 });
    expect(withAlgorithm(forest, 'decision-tree')).toEqual({ ...forest, algorithm: 'decision-tree' });
    const boosting = withAlgorithm(forest, 'gradient-boosting');
    expect(boosting).toEqual(modelOf({ algorithm: 'gradient-boosting', seed: 5 }));
    expect(withAlgorithm(boosting, 'random-forest')).toEqual(modelOf({ seed: 5 }));
  });
});
