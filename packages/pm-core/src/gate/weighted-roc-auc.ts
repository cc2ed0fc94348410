import { numberGroups } from './group-totals.ts';
import type { WeightedFigure } from './paired-bootstrap.ts';

/**
 * ROC AUC over rows that count as often as their group is taken: the chance that a positive row scores above another, ties counting
 * one half, as an evaluation has it. Null without rows of both kinds. Rows are sorted once, so that a draw takes one pass.
 * @param scores one a row.
 * @param labels 1 for a positive row, else 0.
 * @param groups one name a row.
 */
export function weightedRocAuc(
  scores: Float32Array,
  labels: Int32Array,
  groups: readonly string[],
): WeightedFigure {
  const { numberOfRow } = numberGroups(groups);
  const rows = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  return (times) => {
    let [positives, others, won] = [0, 0, 0];
    for (let begin = 0, end = 0; begin < rows.length; begin = end) {
      let [tiedPositives, tiedOthers] = [0, 0];
      for (; end < rows.length && scores[rows[end]!] === scores[rows[begin]!]; end++) {
        const row = rows[end]!;
        if (labels[row] === 1) tiedPositives += times[numberOfRow[row]!]!;
        else tiedOthers += times[numberOfRow[row]!]!;
      }
      won += tiedPositives * (others + tiedOthers / 2);
      positives += tiedPositives;
      others += tiedOthers;
    }
    return positives === 0 || others === 0 ? null : won / (positives * others);
  };
}
