import { describe, expect, it } from 'vitest';
import { groupsByAge, groupsByModel } from './row-groups.ts';
import { matrixOf } from './testing/matrix-of.ts';

const plain = (groups: ReturnType<typeof groupsByAge>) => groups.map(({ name, rows }) => [name, ...rows]);

describe('rows by machine', () => {
  it('model follow the one-hot features, with a group for models that were not known in training', () => {
    const models = matrixOf({
      model_is_model1: [1, 0, 0, 1],
      volt: [1, 2, 3, 4],
      model_is_model2: [0, 0, 1, 0],
    });
    expect(plain(groupsByModel(models))).toEqual([
      ['model1', 0, 3],
      ['model2', 2],
      ['other', 1],
    ]);
  });

  it('age fall into bands of five years, closed below', () => {
    const ages = matrixOf({ age_years: [0, 5, 4.9, 14, Number.NaN] });
    expect(plain(groupsByAge(ages))).toEqual([
      ['0–4 years', 0, 2],
      ['5–9 years', 1],
      ['10–14 years', 3],
      ['unknown', 4],
    ]);
  });

  it('are no groups without such a feature', () => {
    expect([groupsByAge(matrixOf({ volt: [1] })), groupsByModel(matrixOf({ volt: [1] }))]).toEqual([[], []]);
  });
});
