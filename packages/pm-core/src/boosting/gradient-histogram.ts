import type { PackedRows } from '../forest/packed-rows.ts';

/** Sums of the derivatives over some rows. */
export interface GradientSums {
  readonly first: number;
  readonly second: number;
}

/**
 * Sums of first and second derivatives by feature and code, in turn: those of slot s and code c are at `starts[s] + 2c` and the place
 * after, the null's code among them. Places after the last slot mean nothing.
 */
export type GradientHistograms = Float64Array;

/** Where the features of a tree stand in its histograms. */
export interface HistogramLayout {
  /** Slot i is that of features[i]. */
  readonly features: Int32Array;
  /**
   * Of each slot, and where the last one ends. A slot is as long as its feature has codes, the null's among them: a flag's takes
   * 6 places, not 512.
   */
  readonly starts: Int32Array;
}

/** The features one after the other, which have so many value codes each. */
export function layOut(valueCodes: Int32Array, features: Int32Array): HistogramLayout {
  const starts = new Int32Array(features.length + 1);
  features.forEach((feature, slot) => {
    starts[slot + 1] = starts[slot] + 2 * (valueCodes[feature] + 1);
  });
  return { features, starts };
}

/** Places of all slots. */
export const layoutSize = ({ features, starts }: HistogramLayout): number => starts[features.length];

/** Room for histograms of any features, and as much more as {@link subtractHistograms} may go past their end. */
export function allocateHistograms(valueCodes: Int32Array): GradientHistograms {
  return new Float64Array(valueCodes.reduce((places, codes) => places + 2 * (codes + 1), 2));
}

/** Derivatives of the rows for one output, whole numbers: `pairs[2 × row]` and the one after. */
export type GradientPairs = Float64Array;

/** Makes `sums` the histograms of the rows at start ≤ i < end; what it held is gone. */
export function sumGradients(
  sums: GradientHistograms,
  layout: HistogramLayout,
  pairs: GradientPairs,
  rows: PackedRows,
  start: number,
  end: number,
): void {
  const { features, starts } = layout;
  sums.fill(0, 0, layoutSize(layout));
  const whole = features.length - (features.length % 4);
  for (let slot = 0; slot < whole; slot += 4) sumFour(sums, slot, features, starts, pairs, rows, start, end);
  for (let slot = whole; slot < features.length; slot++) {
    sumOne(sums, starts[slot], features[slot], pairs, rows, start, end);
  }
}

/** Four features go through the rows together: each row is read once, and no sum waits for its neighbour (see histogram.ts). */
function sumFour(
  sums: GradientHistograms,
  slot: number,
  features: Int32Array,
  starts: Int32Array,
  pairs: GradientPairs,
  { packed, codes, rowCount }: PackedRows,
  start: number,
  end: number,
): void {
  const column0 = features[slot] * rowCount;
  const column1 = features[slot + 1] * rowCount;
  const column2 = features[slot + 2] * rowCount;
  const column3 = features[slot + 3] * rowCount;
  const start0 = starts[slot];
  const start1 = starts[slot + 1];
  const start2 = starts[slot + 2];
  const start3 = starts[slot + 3];
  for (let i = start; i < end; i++) {
    const row = packed[i];
    const first = pairs[2 * row];
    const second = pairs[2 * row + 1];
    const at0 = start0 + (codes[column0 + row] << 1);
    const at1 = start1 + (codes[column1 + row] << 1);
    const at2 = start2 + (codes[column2 + row] << 1);
    const at3 = start3 + (codes[column3 + row] << 1);
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
  sums: GradientHistograms,
  slotStart: number,
  feature: number,
  pairs: GradientPairs,
  { packed, codes, rowCount }: PackedRows,
  start: number,
  end: number,
): void {
  const column = feature * rowCount;
  for (let i = start; i < end; i++) {
    const row = packed[i];
    const at = slotStart + (codes[column + row] << 1);
    sums[at] += pairs[2 * row];
    sums[at + 1] += pairs[2 * row + 1];
  }
}

/** Takes a child's histograms from its parent's, which then are those of the other child; exact, the sums being whole. */
export function subtractHistograms(
  from: GradientHistograms,
  child: GradientHistograms,
  layout: HistogramLayout,
): void {
  const size = layoutSize(layout);
  // Four at a time, in two thirds of the time.
  for (let i = 0; i < size; i += 4) {
    from[i] -= child[i];
    from[i + 1] -= child[i + 1];
    from[i + 2] -= child[i + 2];
    from[i + 3] -= child[i + 3];
  }
}

/** Sums over all rows that went into the histograms, of which each has a code in the first slot as in any. */
export function slotTotals(sums: GradientHistograms, { starts }: HistogramLayout): GradientSums {
  let first = 0;
  let second = 0;
  for (let at = 0; at < starts[1]; at += 2) {
    first += sums[at];
    second += sums[at + 1];
  }
  return { first, second };
}
