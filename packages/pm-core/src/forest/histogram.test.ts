import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { binFeatures } from './bin-features.ts';
import { countRows } from './histogram.ts';
import { allocateRows, drawRows, packClasses } from './packed-rows.ts';
import { matrixOf } from './testing/matrix.ts';
import { naiveHistogram } from './testing/naive-tree.ts';

const random = seededRandom(3);
const rowCount = 500;
const classCount = 5;
const columns = Array.from({ length: 9 }, () =>
  Float32Array.from({ length: rowCount }, () => (random() < 0.1 ? Number.NaN : Math.floor(random() * 40))),
);
const labels = Uint8Array.from({ length: rowCount }, () => Math.floor(random() * classCount));
const binned = await binFeatures(matrixOf(columns), { bins: 64 });
const data = { binned, labels, classCount };

describe.each([1, 5, 6, 7, 9])('histograms of %i features', (featureCount) => {
  const rows = allocateRows(binned, classCount);
  drawRows(rows.packed, { rowCount, wanted: 300 }, 3);
  packClasses(rows, labels, 300);
  const features = Int32Array.from({ length: featureCount }, (_, i) => (i * 4) % 9);
  const codeCount = 65;
  const histograms = { counts: new Int32Array(9 * codeCount * classCount).fill(7), classCount, codeCount };
  const naive = (feature: number) => {
    const chosen = rows.packed.slice(20, 280).map((row) => row >>> rows.classBits);
    return naiveHistogram(data, chosen, feature).map((counts) => [...counts]);
  };
  const counted = (slot: number, codes: number) =>
    Array.from({ length: codes }, (_, code) => {
      const start = (slot * codeCount + code) * classCount;
      return [...histograms.counts.subarray(start, start + classCount)];
    });

  it('are those of one feature after the other', () => {
    countRows(histograms, features, rows, 20, 280);
    features.forEach((feature, slot) => {
      expect(counted(slot, binned.bounds[feature].length + 1)).toEqual(naive(feature));
    });
  });
});
