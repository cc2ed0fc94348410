import { FleetConfig } from 'pm-core';
import { predict } from 'pm-core/forest';
import { describe, expect, it } from 'vitest';
import type { PipelineContext } from '../base/context.ts';
import { fit } from './fit-model.ts';
import { predictOutOfFold } from './out-of-fold.ts';
import type { LabeledRows } from './training-data.ts';

const MACHINES = 12;
const config = FleetConfig.parse({
  name: 'planted',
  split: { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' },
  model: { trees: 20, maxDepth: 6 },
});
const context = { config, signal: new AbortController().signal } as PipelineContext;

/** Each machine has a number of its own, and a label that the machines beside it do not have: only who knows the machine knows it. */
function rowsOf(machines: readonly number[], rowsEach: number): LabeledRows {
  const numbers = machines.flatMap((machine) => Array<number>(rowsEach).fill(machine));
  const column = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  column.set(numbers);
  return {
    matrix: { featureNames: ['number'], columns: [column], rowCount: numbers.length },
    label: Int32Array.from(numbers, (machine) => machine % 2),
    classes: ['none', 'comp1'],
    groups: numbers.map(String),
    failuresByComponent: {},
    digest: '',
  };
}

const machines = Array.from({ length: MACHINES }, (_, machine) => machine);
const train = rowsOf(machines, 30);
const test = rowsOf([...machines, 99], 5);
/** Share of the rows whose label is found. */
function shareFound(said: Uint8Array, places: Int32Array, { label }: LabeledRows): number {
  return said.filter((one, at) => one === label[places[at]!]).length / said.length;
}

describe('predictions out of fold', () => {
  it('are of models that do not know the machine, on training rows and on test rows', async () => {
    const { ensemble } = await fit(train, context);
    const known = await predict(ensemble, train.matrix);
    expect(
      known.label.map((one, row) => one - train.label[row]!).every((difference) => difference === 0),
    ).toBe(true);

    const found = (await predictOutOfFold({ train, test }, context))!;
    expect([...found.places]).toEqual([...train.label.keys()]);
    expect(found.labels).toEqual(train.label);
    expect(shareFound(found.label, found.places, train)).toBeLessThan(0.5);
    const unseen = found.unseen!;
    expect([...unseen.places]).toEqual([...test.label.keys()]);
    expect(shareFound(unseen.label, unseen.places, test)).toBeLessThan(0.5);
  });

  it('are none where a fold would be empty, and none of test rows that are not given', async () => {
    expect(await predictOutOfFold({ train: rowsOf([0, 1], 5) }, context)).toBeUndefined();
    expect((await predictOutOfFold({ train }, context))?.unseen).toBeUndefined();
  });
});
