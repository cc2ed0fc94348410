import type { GateCheck } from 'pm-core/gate';
import { describe, expect, it } from 'vitest';
import { decidePromotion, type PromotionCase } from './decide-promotion.ts';

const check = (name: string, stops: boolean): GateCheck => ({
  name,
  verdict: stops ? 'failed' : 'passed',
  stops,
  figures: {},
  limit: 0,
  sentence: `${name} ${stops ? 'failed' : 'passed'}`,
});
const rivals = (...checks: readonly GateCheck[]): PromotionCase => ({
  from: 'Staging',
  to: 'Production',
  candidateVersion: '2',
  smokeCheckPassed: true,
  candidateDigest: 'b',
  champion: { version: '1', digest: 'a' },
  checks,
});
const fine = [check('signature', false), check('macro F1', false)];

describe('the gate', () => {
  it('promotes the first version on its smoke check alone', () => {
    const { champion: _champion, checks: _checks, ...first } = rivals();
    expect(decidePromotion(first).promote).toBe(true);
    expect(decidePromotion({ ...first, smokeCheckPassed: false })).toMatchObject({
      promote: false,
      reason: expect.stringContaining('smoke check'),
    });
  });

  it('asks for the smoke check alone for any other stage, and leaves Production to its holder', () => {
    const staging = { ...rivals(check('macro F1', true)), from: 'None', to: 'Staging' } as const;
    expect(decidePromotion(staging).promote).toBe(true);
    expect(decidePromotion({ ...staging, smokeCheckPassed: false }).promote).toBe(false);
    expect(decidePromotion({ ...staging, from: 'Production' })).toMatchObject({
      promote: false,
      reason: 'version 2 is in Production and leaves it when another takes its place',
    });
  });

  it('replaces the champion only if no check stops it, and says what decided', () => {
    expect(decidePromotion(rivals(...fine))).toMatchObject({ promote: true, reason: 'macro F1 passed' });
    expect(decidePromotion(rivals(...fine, check('drift', true), check('replay', true)))).toMatchObject({
      promote: false,
      reason: 'drift failed; and replay failed',
    });
    expect(decidePromotion(rivals()).promote).toBe(false);
  });

  it('keeps an identical model', () => {
    expect(decidePromotion({ ...rivals(...fine), candidateDigest: 'a' })).toMatchObject({
      promote: false,
      reason: expect.stringContaining('same model'),
    });
  });

  it('is overruled by a person with a reason, but not where the model cannot be run', () => {
    const force = 'the test rows hold a broken sensor';
    expect(decidePromotion({ ...rivals(check('macro F1', true)), force })).toMatchObject({
      promote: true,
      forced: true,
      reason: `forced (${force}), although macro F1 failed`,
    });
    expect(decidePromotion({ ...rivals(...fine), force })).toMatchObject({ promote: true, forced: false });
    expect(decidePromotion({ ...rivals(...fine), smokeCheckPassed: false, force })).toMatchObject({
      promote: false,
      forced: false,
    });
  });
});
