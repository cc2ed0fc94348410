import { describe, expect, it } from 'vitest';
import type { LoadedVersion } from '../training/workflow.ts';
import { testStart } from './test-start.ts';

const FLEET = 'the simulator (seed=7)';
const TRAINING_INTERVAL = { from: '2015-01-02T06:00:00', to: '2015-08-31T18:00:00' };

/** A version with nothing but what testStart looks at. */
function version(tags: Record<string, string>, facts?: object): LoadedVersion {
  return { version: { version: '4', tags }, model: { facts } } as unknown as LoadedVersion;
}

describe('the first cutoff that no version was trained on', () => {
  it('is the later one of the two that the versions say', () => {
    const early = version({ 'pm.fleet': FLEET, 'pm.test_from': '2015-05-08T06:00:00' });
    const late = version({ 'pm.fleet': FLEET, 'pm.test_from': '2015-09-08T06:00:00' });
    expect(testStart([late, early], FLEET)).toEqual({ from: '2015-09-08T06:00:00' });
    expect(testStart([early, late], FLEET)).toEqual({ from: '2015-09-08T06:00:00' });
  });

  it('does not exist for versions of other fleets: they have seen no row', () => {
    expect(testStart([version({ 'pm.fleet': 'another' })], FLEET)).toEqual({ from: undefined });
  });

  it('lies one prediction window after the training rows of a version without the tag', () => {
    const facts = { trainingInterval: TRAINING_INTERVAL, predictionWindowHours: 168 };
    expect(testStart([version({}, facts)], FLEET)).toEqual({ from: '2015-09-07T18:00:00' });
  });

  it.each([
    ['no tag and no facts', version({})],
    ['a tag that is no time', version({ 'pm.test_from': "2015-01-01' OR true --" })],
    ['facts without a training interval', version({}, { trainingInterval: null, predictionWindowHours: 1 })],
  ])('is unknown with %s, and the sentence names the version and the tag', (_, loaded) => {
    const start = testStart([version({ 'pm.test_from': '2015-05-08' }), loaded], FLEET);
    expect(start).toEqual({
      unknown: expect.stringMatching(/version 4 was trained on; its tag pm\.test_from/),
    });
  });

  it('takes a tag as people write times', () => {
    expect(testStart([version({ 'pm.test_from': '2015-05-08' })], FLEET)).toEqual({
      from: '2015-05-08T00:00:00',
    });
  });
});
