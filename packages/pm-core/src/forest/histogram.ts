import type { PackedRows } from './packed-rows.ts';

/** Row counts of some features, one slot a feature: `counts[(slot × codeCount + code) × classCount + class]`. */
export interface Histograms {
  readonly counts: Int32Array;
  readonly classCount: number;
  /** Codes that a feature may have, the null among them. */
  readonly codeCount: number;
}

/** Features that go through the rows together: their increments don't wait for each other, and each row is read once. */
const TOGETHER = 6;

/** Makes `histograms` those of `features` (slot i: features[i]) over the rows at start ≤ i < end; what it held is gone. */
export function countRows(
  histograms: Histograms,
  features: Int32Array,
  rows: PackedRows,
  start: number,
  end: number,
): void {
  const slotSize = histograms.classCount * histograms.codeCount;
  histograms.counts.fill(0, 0, features.length * slotSize);
  let slot = 0;
  for (; slot + TOGETHER <= features.length; slot += TOGETHER) {
    const counts = histograms.counts.subarray(slot * slotSize, (slot + TOGETHER) * slotSize);
    countSix(counts, histograms, features.subarray(slot, slot + TOGETHER), rows, start, end);
  }
  for (; slot < features.length; slot++) {
    const counts = histograms.counts.subarray(slot * slotSize, (slot + 1) * slotSize);
    countOne(counts, histograms.classCount, features[slot], rows, start, end);
  }
}

function countSix(
  counts: Int32Array,
  { classCount, codeCount }: Histograms,
  features: Int32Array,
  { packed, classBits, codes, featureStride }: PackedRows,
  start: number,
  end: number,
): void {
  const [f0, f1, f2, f3, f4, f5] = features.map((feature) => feature * featureStride);
  const size = classCount * codeCount;
  const [s1, s2, s3, s4, s5] = [size, 2 * size, 3 * size, 4 * size, 5 * size];
  const classMask = (1 << classBits) - 1;
  for (let i = start; i < end; i++) {
    const position = packed[i] >>> classBits;
    const label = packed[i] & classMask;
    counts[Math.imul(codes[f0 + position], classCount) + label]++;
    counts[s1 + Math.imul(codes[f1 + position], classCount) + label]++;
    counts[s2 + Math.imul(codes[f2 + position], classCount) + label]++;
    counts[s3 + Math.imul(codes[f3 + position], classCount) + label]++;
    counts[s4 + Math.imul(codes[f4 + position], classCount) + label]++;
    counts[s5 + Math.imul(codes[f5 + position], classCount) + label]++;
  }
}

function countOne(
  counts: Int32Array,
  classCount: number,
  feature: number,
  { packed, classBits, codes, featureStride }: PackedRows,
  start: number,
  end: number,
): void {
  const column = feature * featureStride;
  const classMask = (1 << classBits) - 1;
  for (let i = start; i < end; i++) {
    const code = codes[column + (packed[i] >>> classBits)];
    counts[Math.imul(code, classCount) + (packed[i] & classMask)]++;
  }
}
