import { NULL_CODE } from './bin-code.ts';
import type { Histograms } from './histogram.ts';

/** Rows whose code is at most `code` go left, greater ones right; nulls as `nullGoesLeft` says. */
export interface Split {
  readonly feature: number;
  /** From 1 to the feature's last code, which separates values from nulls. */
  readonly code: number;
  /** Where the node has no null of the feature: true if at least half of its rows go left. */
  readonly nullGoesLeft: boolean;
  /** Decrease of rows × gini impurity from the node to its two children, ≥ 0 but for rounding. */
  readonly gain: number;
}

/** A node about to be split. */
export interface SplitCandidates {
  readonly histograms: Histograms;
  /** Slot i of the histograms is that of features[i]. */
  readonly features: Int32Array;
  /** Rows of each class in the node. */
  readonly totals: Int32Array;
  /** Number of value codes of each feature of the matrix. */
  readonly valueCodes: Int32Array;
  readonly minRowsPerLeaf: number;
}

/**
 * The split with the least gini impurity, or undefined where none leaves `minRowsPerLeaf` (≥ 1) rows on both sides. Among
 * equals the earliest feature, the lowest code and nulls on the right win. A split that gains nothing is still one: it may
 * be the first half of an exclusive or.
 */
export function findBestSplit(node: SplitCandidates): Split | undefined {
  const all = sums(node.totals, node.totals);
  const best: BestSplit = { score: Number.NEGATIVE_INFINITY, slot: -1, code: 0, nullGoesLeft: false };
  for (let slot = 0; slot < node.features.length; slot++) scanFeature(node, all, slot, best);
  if (best.slot === -1) return undefined;
  const gain = best.score - all.squares / all.rows;
  return { feature: node.features[best.slot], code: best.code, nullGoesLeft: best.nullGoesLeft, gain };
}

/** Rows of each class that a split found on these histograms sends left. */
export function leftCounts({ histograms, features, totals }: SplitCandidates, split: Split): Int32Array {
  const { counts, classCount, codeCount } = histograms;
  const slot = features.indexOf(split.feature);
  return totals.map((_, classNumber) => {
    const start = slot * codeCount * classCount + classNumber;
    let rows = split.nullGoesLeft ? counts[start + NULL_CODE * classCount] : 0;
    for (let code = 1; code <= split.code; code++) rows += counts[start + code * classCount];
    return rows;
  });
}

interface BestSplit {
  score: number;
  slot: number;
  code: number;
  nullGoesLeft: boolean;
}

/** Whole numbers, exact in a double below 2^26 rows, so that no order of adding changes a split. */
interface ClassSums {
  readonly rows: number;
  /** Sum over the classes of count². */
  readonly squares: number;
  /** Sum over the classes of count × the node's total. */
  readonly timesTotals: number;
}

function sums(counts: Int32Array, totals: Int32Array): ClassSums {
  let [rows, squares, timesTotals] = [0, 0, 0];
  for (let c = 0; c < counts.length; c++) {
    rows += counts[c];
    squares += counts[c] * counts[c];
    timesTotals += counts[c] * totals[c];
  }
  return { rows, squares, timesTotals };
}

/** Tries every code of one feature, nulls right and left, adding up the sums of the left side on the way. */
function scanFeature(node: SplitCandidates, all: ClassSums, slot: number, best: BestSplit): void {
  const { totals, minRowsPerLeaf } = node;
  const { counts, classCount, codeCount } = node.histograms;
  const base = slot * codeCount * classCount;
  const nullCounts = counts.subarray(base + NULL_CODE * classCount, base + (NULL_CODE + 1) * classCount);
  const nulls = sums(nullCounts, totals);
  const left = new Int32Array(classCount);
  let rows = 0;
  let squares = 0;
  let timesTotals = 0;
  let timesNulls = 0;
  const lastCode = node.valueCodes[node.features[slot]] - (nulls.rows === 0 ? 1 : 0);
  const end = base + (lastCode + 1) * classCount;
  let cell = base + classCount;
  while (cell < end) {
    while (cell < end && counts[cell] === 0) cell++;
    if (cell >= end) break;
    const code = Math.floor((cell - base) / classCount);
    const codeStart = base + code * classCount;
    for (let c = cell - codeStart; c < classCount; c++) {
      const added = counts[codeStart + c];
      if (added === 0) continue;
      squares += added * (2 * left[c] + added);
      timesTotals += added * totals[c];
      timesNulls += added * nullCounts[c];
      rows += added;
      left[c] += added;
    }
    cell = codeStart + classCount;
    const nullsRight = splitScore(all, rows, squares, timesTotals, minRowsPerLeaf);
    if (nullsRight > best.score) {
      best.score = nullsRight;
      best.slot = slot;
      best.code = code;
      best.nullGoesLeft = nulls.rows === 0 && 2 * rows >= all.rows;
    }
    if (nulls.rows === 0) continue;
    const nullsLeft = splitScore(
      all,
      rows + nulls.rows,
      squares + 2 * timesNulls + nulls.squares,
      timesTotals + nulls.timesTotals,
      minRowsPerLeaf,
    );
    if (nullsLeft > best.score) Object.assign(best, { score: nullsLeft, slot, code, nullGoesLeft: true });
  }
}

/**
 * Σ L² / l + Σ R² / r over the classes' counts L of l left and R of r right rows: the greater, the less gini impurity.
 * R = T − L, so Σ R² needs no counts of its own. −∞ where a side has too few rows.
 */
function splitScore(
  all: ClassSums,
  rows: number,
  squares: number,
  timesTotals: number,
  minRowsPerLeaf: number,
): number {
  const rightRows = all.rows - rows;
  if (rows < minRowsPerLeaf || rightRows < minRowsPerLeaf) return Number.NEGATIVE_INFINITY;
  return squares / rows + (all.squares - 2 * timesTotals + squares) / rightRows;
}
