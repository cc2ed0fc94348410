import { describe, expect, it } from 'vitest';
import { createGradientWriter, type GradientData, gradientScaleFor, validationLoss } from './gradients.ts';

const UNITS = 1024;

/** Rows of every label at the given margins, one output after the other. */
function dataAt(
  margins: readonly (readonly number[])[],
  labels: readonly number[],
  weights: readonly number[],
) {
  const [outputCount, rowCount] = [margins.length, labels.length];
  const data: GradientData = {
    ...{ outputCount, trainCount: rowCount, rowCount, unitsPerOne: UNITS },
    labels: Uint8Array.from(labels),
    weights: Float64Array.from(weights),
    margins: new Int32Array(new SharedArrayBuffer(4 * outputCount * rowCount)),
    gradients: new Float64Array(new SharedArrayBuffer(16 * outputCount * rowCount)),
    gradientScale: gradientScaleFor(Float64Array.from(weights)),
  };
  data.margins.set(margins.flat().map((margin) => margin * UNITS));
  createGradientWriter(data)(0, rowCount);
  return data;
}

/** Log loss of one row by its margins; two classes have one margin, the other is 0. */
function lossOf(margins: readonly number[], label: number): number {
  const all = margins.length === 1 ? [0, margins[0]] : margins;
  return Math.log(all.reduce((sum, margin) => sum + Math.exp(margin), 0)) - all[label];
}

describe('derivatives', () => {
  it.each([
    ['two classes', [[-2, 0.5, 3, 0]], [0, 1, 1, 0], [1, 2.5], 1],
    [
      'three classes',
      [
        [-1, 0, 2],
        [0.5, 0, -4],
        [1, 0, 1],
      ],
      [0, 1, 2],
      [1, 0.25, 3],
      2,
    ],
  ])(
    'of the log loss of %s agree with differences of it, to the last of 24 bits',
    (_, margins, labels, weights, bound) => {
      const data = dataAt(margins, labels, weights);
      const step = 1e-4;
      labels.forEach((label, row) => {
        const own = margins.map((ofOutput) => ofOutput[row]);
        own.forEach((_, output) => {
          const moved = (by: number) =>
            lossOf(
              own.map((margin, i) => margin + (i === output ? by : 0)),
              label,
            );
          const first = ((moved(step) - moved(-step)) / (2 * step)) * weights[label];
          const second = ((moved(step) - 2 * moved(0) + moved(-step)) / step ** 2) * weights[label];
          const at = 2 * (output * labels.length + row);
          expect(data.gradients[at] / data.gradientScale).toBeCloseTo(first, 6);
          expect(data.gradients[at + 1] / data.gradientScale).toBeCloseTo(bound * second, 5);
        });
      });
    },
  );

  it('keep a second derivative where the probability is 1 to all bits', () => {
    expect([...dataAt([[1000, -1000]], [1, 0], [1, 1]).gradients]).toEqual([0, 1, 0, 1]);
  });
});

describe('the validation loss', () => {
  it('is the mean log loss of the rows after the training rows, whatever their margins', () => {
    const two = dataAt([[0, 0.7, -900]], [0, 1, 1], [1, 1]);
    expect(validationLoss({ ...two, trainCount: 1 })).toBeCloseTo((lossOf([0.7], 1) + 900) / 2, 3);
    const three = dataAt(
      [
        [1, 2],
        [0, -1],
        [0, 3],
      ],
      [0, 2],
      [1, 1, 1],
    );
    expect(validationLoss({ ...three, trainCount: 1 })).toBeCloseTo(lossOf([2, -1, 3], 2), 3);
  });
});
