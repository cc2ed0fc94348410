import type { PackedRows } from './packed-rows.ts';

/** Row counts of some features, one slot a feature: `counts[(slot × codeCount + code) × classCount + class]`. */
export interface Histograms {
  readonly counts: Int32Array;
  readonly classCount: number;
  /** Codes that a feature may have, the null among them. */
  readonly codeCount: number;
}

/** Makes `histograms` those of `features` (slot i: features[i]) over the rows at start ≤ i < end; what it held is gone. */
export function countRows(
  histograms: Histograms,
  features: Int32Array,
  rows: PackedRows,
  start: number,
  end: number,
): void {
  histograms.counts.fill(0, 0, features.length * histograms.codeCount * histograms.classCount);
  const whole = features.length - (features.length % 6);
  for (let slot = 0; slot < whole; slot += 6) countSix(histograms, slot, features, rows, start, end);
  for (let slot = whole; slot < features.length; slot++) {
    countOne(histograms, slot, features[slot], rows, start, end);
  }
}

/**
 * Six features go through the rows together: their counters are independent, so that no increment waits for the one before
 * as neighbours in one histogram do, and each row is read once.
 */
function countSix(
  { counts, classCount, codeCount }: Histograms,
  slot: number,
  features: Int32Array,
  { packed, classBits, codes, rowCount }: PackedRows,
  start: number,
  end: number,
): void {
  const column0 = features[slot] * rowCount;
  const column1 = features[slot + 1] * rowCount;
  const column2 = features[slot + 2] * rowCount;
  const column3 = features[slot + 3] * rowCount;
  const column4 = features[slot + 4] * rowCount;
  const column5 = features[slot + 5] * rowCount;
  const size = codeCount * classCount;
  const slot0 = slot * size;
  const slot1 = slot0 + size;
  const slot2 = slot1 + size;
  const slot3 = slot2 + size;
  const slot4 = slot3 + size;
  const slot5 = slot4 + size;
  const classMask = (1 << classBits) - 1;
  for (let i = start; i < end; i++) {
    const row = packed[i] >>> classBits;
    const label = packed[i] & classMask;
    counts[slot0 + Math.imul(codes[column0 + row], classCount) + label]++;
    counts[slot1 + Math.imul(codes[column1 + row], classCount) + label]++;
    counts[slot2 + Math.imul(codes[column2 + row], classCount) + label]++;
    counts[slot3 + Math.imul(codes[column3 + row], classCount) + label]++;
    counts[slot4 + Math.imul(codes[column4 + row], classCount) + label]++;
    counts[slot5 + Math.imul(codes[column5 + row], classCount) + label]++;
  }
}

function countOne(
  { counts, classCount, codeCount }: Histograms,
  slot: number,
  feature: number,
  { packed, classBits, codes, rowCount }: PackedRows,
  start: number,
  end: number,
): void {
  const column = feature * rowCount;
  const slotStart = slot * codeCount * classCount;
  const classMask = (1 << classBits) - 1;
  for (let i = start; i < end; i++) {
    const code = codes[column + (packed[i] >>> classBits)];
    counts[slotStart + Math.imul(code, classCount) + (packed[i] & classMask)]++;
  }
}
