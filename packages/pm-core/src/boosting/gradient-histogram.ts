import type { PackedRows } from '../forest/packed-rows.ts';

/** Sums of first and second derivatives of some features, one slot a feature: at `sums[2 × (starts[slot] + code)]` and after. */
export interface GradientHistograms {
  readonly sums: Float64Array;
  /** A slot is as long as its feature has codes, the null's among them: a flag's takes 3 places, not 256. */
  readonly starts: Int32Array;
}

/** Empty histograms of features that have so many value codes each. */
export function allocateHistograms(valueCodes: Int32Array, features: Int32Array): GradientHistograms {
  const starts = new Int32Array(features.length);
  let places = 0;
  features.forEach((feature, slot) => {
    starts[slot] = places;
    places += valueCodes[feature] + 1;
  });
  return { sums: new Float64Array(2 * places), starts };
}

/** Derivatives of the rows for one output, whole numbers: `pairs[2 × row]` and the one after. */
export type GradientPairs = Int32Array;

/** Makes `histograms` those of `features` (slot i: features[i]) over the rows at start ≤ i < end; what it held is gone. */
export function sumGradients(
  histograms: GradientHistograms,
  features: Int32Array,
  pairs: GradientPairs,
  rows: PackedRows,
  start: number,
  end: number,
): void {
  histograms.sums.fill(0);
  const whole = features.length - (features.length % 4);
  for (let slot = 0; slot < whole; slot += 4) sumFour(histograms, slot, features, pairs, rows, start, end);
  for (let slot = whole; slot < features.length; slot++) {
    sumOne(histograms, slot, features[slot], pairs, rows, start, end);
  }
}

/** Four features go through the rows together: each row is read once, and no sum waits for its neighbour (see histogram.ts). */
function sumFour(
  { sums, starts }: GradientHistograms,
  slot: number,
  features: Int32Array,
  pairs: GradientPairs,
  { packed, codes, rowCount }: PackedRows,
  start: number,
  end: number,
): void {
  const column0 = features[slot] * rowCount;
  const column1 = features[slot + 1] * rowCount;
  const column2 = features[slot + 2] * rowCount;
  const column3 = features[slot + 3] * rowCount;
  const slot0 = starts[slot];
  const slot1 = starts[slot + 1];
  const slot2 = starts[slot + 2];
  const slot3 = starts[slot + 3];
  for (let i = start; i < end; i++) {
    const row = packed[i];
    const first = pairs[2 * row];
    const second = pairs[2 * row + 1];
    const at0 = 2 * (slot0 + codes[column0 + row]);
    const at1 = 2 * (slot1 + codes[column1 + row]);
    const at2 = 2 * (slot2 + codes[column2 + row]);
    const at3 = 2 * (slot3 + codes[column3 + row]);
    sums[at0] += first;
    sums[at0 + 1] += second;
    sums[at1] += first;
    sums[at1 + 1] += second;
    sums[at2] += first;
    sums[at2 + 1] += second;
    sums[at3] += first;
    sums[at3 + 1] += second;
  }
}

function sumOne(
  { sums, starts }: GradientHistograms,
  slot: number,
  feature: number,
  pairs: GradientPairs,
  { packed, codes, rowCount }: PackedRows,
  start: number,
  end: number,
): void {
  const column = feature * rowCount;
  for (let i = start; i < end; i++) {
    const row = packed[i];
    const at = 2 * (starts[slot] + codes[column + row]);
    sums[at] += pairs[2 * row];
    sums[at + 1] += pairs[2 * row + 1];
  }
}

/** Takes a child's histograms from its parent's, which then are those of the other child; exact, the sums being whole. */
export function subtractHistograms(from: GradientHistograms, child: GradientHistograms): void {
  const { sums } = from;
  const other = child.sums;
  for (let i = 0; i < sums.length; i++) sums[i] -= other[i];
}
