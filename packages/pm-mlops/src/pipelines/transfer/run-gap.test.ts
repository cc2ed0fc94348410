import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGap, pointsMissing, runGap, type WholeRun } from './run-gap.ts';
import type { WirePoint } from './transfer-source.ts';

const run: WholeRun = {
  runId: 'r',
  experimentId: '1',
  isDeleted: false,
  runName: 'n',
  userId: 'u',
  status: 'FINISHED',
  startTimeMs: 1,
  endTimeMs: 2,
  artifactUri: '',
  params: { depth: '15' },
  tags: { team: 'a' },
  metricKeys: ['loss'],
  points: [{ key: 'loss', value: 0.5, step: 1, timestamp: 1 }],
  datasets: [
    { dataset: { name: 'd', digest: 'x', source_type: 'local', source: '{}' }, tags: { b: '1', a: '2' } },
  ],
  inputModelIds: ['m-1'],
  outputModels: [{ modelId: 'm-2', step: 0 }],
};

const points = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b'),
    value: fc.oneof(fc.double(), fc.constantFrom<'NaN' | 'Infinity'>('NaN', 'Infinity')),
    step: fc.oneof(fc.nat(3), fc.constant('9007199254740993')),
    timestamp: fc.nat(3),
  }) as fc.Arbitrary<WirePoint>,
  { maxLength: 20 },
);

describe('the gap between two runs', () => {
  it('is none to itself, and none where the other has more', () => {
    expect(describeGap(runGap(run, run))).toEqual([]);
    const more = {
      ...run,
      tags: { ...run.tags, own: 'x' },
      points: [...run.points, { ...run.points[0]!, step: 2 }],
    };
    expect(describeGap(runGap(run, more))).toEqual([]);
  });

  it('names each kind of what is missing', () => {
    const none = {
      ...run,
      params: {},
      tags: { team: 'b' },
      points: [],
      datasets: [],
      inputModelIds: [],
      outputModels: [],
    };
    expect(describeGap(runGap(run, none))).toEqual([
      'param depth is missing or has another value',
      'tag team is missing or has another value',
      '1 point of metric loss missing',
      'dataset d (x) is missing or differs',
      'input model m-1 is missing',
      'output model m-2 is missing',
    ]);
  });

  it('takes an infinity for the largest double, which is what MLflow makes of it, and text for the number it is', () => {
    const infinite: WirePoint = { key: 'a', value: 'Infinity', step: '4', timestamp: '7' };
    expect(pointsMissing([infinite], [{ key: 'a', value: Number.MAX_VALUE, step: 4, timestamp: 7 }])).toEqual(
      [],
    );
  });

  it('of histories is what a set difference is', () => {
    const text = ({ key, value, step, timestamp }: WirePoint) => {
      const stored = value === 'Infinity' ? Number.MAX_VALUE : Number(value);
      return `${key}|${Math.max(Math.min(stored, Number.MAX_VALUE), -Number.MAX_VALUE)}|${step}|${timestamp}`;
    };
    fc.assert(
      fc.property(points, points, (expected, actual) => {
        const difference = new Set(expected.map(text)).difference(new Set(actual.map(text)));
        expect(pointsMissing(expected, actual).map(text)).toEqual([...difference]);
      }),
    );
  });
});
