import type { PackedRows } from '../forest/packed-rows.ts';
import type { Random } from '../random.ts';

/**
 * Draws exactly `wanted` of the rows 0 … trainCount − 1 without replacement, each set as likely as any other (selection sampling,
 * Knuth, TAOCP 3.4.2 S), in ascending order; nothing is drawn where all are wanted. All other rows go to `others`.
 */
export function drawSample(
  into: { readonly sample: PackedRows; readonly others: PackedRows },
  { trainCount, wanted }: { readonly trainCount: number; readonly wanted: number },
  random: Random,
): void {
  const sample = into.sample.packed;
  const others = into.others.packed;
  let taken = 0;
  let left = 0;
  for (let row = 0; row < trainCount; row++) {
    const isTaken = wanted === trainCount || random() * (trainCount - row) < wanted - taken;
    if (isTaken) sample[taken++] = row;
    else others[left++] = row;
  }
  for (let row = trainCount; row < into.others.rowCount; row++) others[left++] = row;
}
