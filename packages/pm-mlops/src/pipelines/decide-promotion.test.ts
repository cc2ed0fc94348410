import { describe, expect, it } from 'vitest';
import { decidePromotion, type PromotionCase } from './decide-promotion.ts';

const figures = (version: string, macroF1: number | undefined, comp1 = macroF1 ?? 0) => ({
  version,
  macroF1,
  f1ByComponent: { comp1, comp2: 0.9 },
});
const rivals = (candidateF1: number | undefined, championF1: number | undefined): PromotionCase => ({
  from: 'Staging',
  to: 'Production',
  candidateVersion: '2',
  smokeCheckPassed: true,
  candidateDigest: 'b',
  champion: { version: '1', digest: 'a' },
  contest: {
    rows: 100,
    failuresByComponent: { comp1: 20, comp2: 19 },
    candidate: figures('2', candidateF1),
    champion: figures('1', championF1),
  },
  minFailuresForVerdict: 20,
});

describe('the gate', () => {
  it('promotes the first version on its smoke check alone', () => {
    const { champion: _champion, contest: _contest, ...first } = rivals(0, 0);
    expect(decidePromotion(first).promote).toBe(true);
    expect(decidePromotion({ ...first, smokeCheckPassed: false })).toMatchObject({
      promote: false,
      reason: expect.stringContaining('smoke check'),
    });
  });

  it('asks for the smoke check alone for any other stage, and leaves Production to its holder', () => {
    const staging = { ...rivals(0.1, 0.8), from: 'None', to: 'Staging' } as const;
    expect(decidePromotion(staging).promote).toBe(true);
    expect(decidePromotion({ ...staging, smokeCheckPassed: false }).promote).toBe(false);
    expect(decidePromotion({ ...staging, from: 'Production' })).toMatchObject({
      promote: false,
      reason: 'version 2 is in Production and leaves it when another takes its place',
    });
  });

  it('replaces the champion only if macro F1 on the same rows is greater', () => {
    expect(decidePromotion(rivals(0.81, 0.8)).promote).toBe(true);
    expect(decidePromotion(rivals(0.8, 0.8)).promote).toBe(false);
    expect(decidePromotion(rivals(0.79, 0.8)).promote).toBe(false);
  });

  it('keeps an identical model, and a champion that cannot be compared', () => {
    expect(decidePromotion({ ...rivals(0.9, 0.8), candidateDigest: 'a' })).toMatchObject({
      promote: false,
      reason: expect.stringContaining('same model'),
    });
    const apart = { ...rivals(0.9, 0.8), contest: { incomparable: 'no common test row' } };
    expect(decidePromotion(apart)).toMatchObject({
      promote: false,
      reason: expect.stringContaining('no common test row'),
    });
    expect(decidePromotion(rivals(undefined, undefined)).promote).toBe(false);
    expect(
      decidePromotion({ ...rivals(0.9, 0.8), champion: { version: '2', digest: 'b' } }).reason,
    ).toContain('already');
  });

  it('gives a component with fewer than 20 failures no verdict', () => {
    expect(decidePromotion(rivals(0.81, 0.8)).byComponent).toEqual({
      comp1: 'better',
      comp2: 'not enough evidence',
    });
    expect(decidePromotion(rivals(0.7, 0.8)).byComponent).toMatchObject({ comp1: 'worse' });
  });
});
