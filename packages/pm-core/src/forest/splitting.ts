import { NULL_CODE } from './bin-code.ts';
import type { Histograms } from './histogram.ts';
import type { Split } from './split.ts';

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
 * be the first half of an exclusive or. The left side always has a value: nulls alone go right.
 */
export function findBestSplit(node: SplitCandidates): Split | undefined {
  const all = sums(node.totals, 0, node.totals);
  const left = new Int32Array(node.totals.length);
  const best: BestSplit = { score: Number.NEGATIVE_INFINITY, slot: -1, code: 0, nullGoesLeft: false };
  for (let slot = 0; slot < node.features.length; slot++) scanFeature(node, all, slot, left, best);
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

/** Sums over the class counts that start at `from`. */
function sums(counts: Int32Array, from: number, totals: Int32Array): ClassSums {
  let rows = 0;
  let squares = 0;
  let timesTotals = 0;
  for (let c = 0; c < totals.length; c++) {
    const count = counts[from + c];
    rows += count;
    squares += count * count;
    timesTotals += count * totals[c];
  }
  return { rows, squares, timesTotals };
}

/**
 * Tries every code of one feature, nulls right and left, adding up the sums of the left side on the way.
 * @param left room for the class counts of the left side.
 */
function scanFeature(
  node: SplitCandidates,
  all: ClassSums,
  slot: number,
  left: Int32Array,
  best: BestSplit,
): void {
  const { totals, minRowsPerLeaf } = node;
  const { counts, classCount, codeCount } = node.histograms;
  const base = slot * codeCount * classCount;
  const nulls = sums(counts, base, totals);
  let rows = 0;
  let squares = 0;
  let timesTotals = 0;
  let timesNulls = 0;
  const lastCode = node.valueCodes[node.features[slot]] - (nulls.rows === 0 ? 1 : 0);
  const end = base + (lastCode + 1) * classCount;
  left.fill(0);
  for (let cell = nextCell(counts, base + classCount, end); cell < end; cell = nextCell(counts, cell, end)) {
    const code = Math.floor((cell - base) / classCount);
    const codeEnd = base + (code + 1) * classCount;
    for (let c = classCount - (codeEnd - cell); cell < codeEnd; c++, cell++) {
      const added = counts[cell];
      if (added === 0) continue;
      squares += added * (2 * left[c] + added);
      timesTotals += added * totals[c];
      timesNulls += added * counts[base + c];
      rows += added;
      left[c] += added;
    }
    const nullsRight = splitScore(all, rows, squares, timesTotals, minRowsPerLeaf);
    if (nullsRight > best.score) keep(best, nullsRight, slot, code, nulls.rows === 0 && 2 * rows >= all.rows);
    if (nulls.rows === 0) continue;
    const nullsLeft = splitScore(
      all,
      rows + nulls.rows,
      squares + 2 * timesNulls + nulls.squares,
      timesTotals + nulls.timesTotals,
      minRowsPerLeaf,
    );
    if (nullsLeft > best.score) keep(best, nullsLeft, slot, code, true);
  }
}

/** The first cell at or after `cell` that is not 0, or `end`: most cells of a small node are empty. */
function nextCell(counts: Int32Array, cell: number, end: number): number {
  while (cell < end && counts[cell] === 0) cell++;
  return cell;
}

function keep(best: BestSplit, score: number, slot: number, code: number, nullGoesLeft: boolean): void {
  best.score = score;
  best.slot = slot;
  best.code = code;
  best.nullGoesLeft = nullGoesLeft;
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
