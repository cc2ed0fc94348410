import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import { shuffled } from '../../forest/shuffle.ts';
import { matrixOf } from '../../forest/testing/matrix.ts';
import { seededRandom } from '../../random.ts';

const folder = join(import.meta.dirname, '../../../../../..', 'shared/data/wine-quality');

export interface WineData {
  readonly matrix: FeatureMatrix;
  /** 1 where quality ≥ 7. */
  readonly labels: Uint8Array;
}

/** The public wine quality data, red and white with a column that tells them apart; undefined where it is not beside the project. */
export function wineData(): WineData | undefined {
  if (!existsSync(folder)) return undefined;
  const rows = ['red', 'white'].flatMap((color) =>
    readFileSync(join(folder, `winequality-${color}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => [...line.split(',').map(Number), color === 'red' ? 1 : 0]),
  );
  const width = rows[0].length;
  const quality = width - 2;
  const features = [...Array(width).keys()].filter((column) => column !== quality);
  return {
    matrix: matrixOf(features.map((column) => rows.map((row) => row[column]))),
    labels: Uint8Array.from(rows, (row) => (row[quality] >= 7 ? 1 : 0)),
  };
}

/** Rows of each class shuffled by the seed; the first 60 % of them train, the last 20 % test. */
export function stratifiedSplit(labels: Uint8Array, seed: number): { train: Int32Array; test: Int32Array } {
  const order = shuffled(labels.length, seededRandom(seed));
  const parts = [0, 1].map((label) => order.filter((row) => labels[row] === label));
  const take = (from: number, to: number) =>
    Int32Array.from(
      parts.flatMap((rows) => [...rows.slice(Math.round(from * rows.length), Math.round(to * rows.length))]),
    ).sort();
  return { train: take(0, 0.6), test: take(0.8, 1) };
}
