import { deriveSeed, seededRandom } from '../../random.ts';
import { drawFeatures } from '../feature-draw.ts';
import type { GrowthData, GrowthRules } from '../grower.ts';
import type { GrownTree } from '../grown-tree.ts';

/** The obvious way to grow a tree: row lists, one histogram at a time, everything counted afresh at each node. */
export function naiveTree(data: GrowthData, rules: GrowthRules, treeSeed: number): GrownTree {
  const feature: number[] = [];
  const code: number[] = [];
  const nullGoesLeft: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leafCounts: number[] = [];
  const gainByFeature = new Float64Array(data.binned.bounds.length);
  let leaves = 0;

  function grow(rows: Int32Array, depth: number, path: number): number {
    const counts = classCounts(data, rows);
    const isPure = counts.includes(rows.length);
    const index = feature.length;
    const split =
      depth === rules.maxDepth || isPure ? undefined : bestSplit(data, rules, rows, treeSeed, path);
    feature.push(split?.feature ?? -1);
    code.push(split?.code ?? 0);
    nullGoesLeft.push(split?.nullGoesLeft ? 1 : 0);
    left.push(-1);
    right.push(-1);
    if (split === undefined) {
      leafCounts.push(...counts);
      left[index] = leaves++;
      return index;
    }
    gainByFeature[split.feature] += split.score - squares(counts) / rows.length;
    left[index] = grow(
      rows.filter((row) => goesLeft(data, split, row)),
      depth + 1,
      2 * path,
    );
    right[index] = grow(
      rows.filter((row) => !goesLeft(data, split, row)),
      depth + 1,
      2 * path + 1,
    );
    return index;
  }

  grow(naiveSample(data.labels.length, rules.sampleRows, deriveSeed(treeSeed, 0)), 0, 1);
  return {
    feature: Int16Array.from(feature),
    code: Uint8Array.from(code),
    nullGoesLeft: Uint8Array.from(nullGoesLeft),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    leafCounts: Int32Array.from(leafCounts),
    gainByFeature,
  };
}

interface NaiveSplit {
  readonly feature: number;
  readonly code: number;
  readonly nullGoesLeft: boolean;
  readonly score: number;
}

function bestSplit(
  data: GrowthData,
  rules: GrowthRules,
  rows: Int32Array,
  treeSeed: number,
  path: number,
): NaiveSplit | undefined {
  const { bounds } = data.binned;
  const total = classCounts(data, rows);
  let best: NaiveSplit | undefined;
  for (const feature of drawFeatures(bounds.length, rules.featuresPerNode, treeSeed, path)) {
    const histogram = naiveHistogram(data, rows, feature);
    const nulls = histogram[0];
    const values = new Int32Array(data.classCount);
    for (let code = 1; code <= bounds[feature].length; code++) {
      for (let c = 0; c < data.classCount; c++) values[c] += histogram[code][c];
      if (sum(values) === 0) continue;
      for (const withNulls of [false, true]) {
        const score = splitScore(values, nulls, total, withNulls, rules.minRowsPerLeaf);
        if (score === undefined || (best !== undefined && score <= best.score)) continue;
        const nullGoesLeft = sum(nulls) === 0 ? 2 * sum(values) >= rows.length : withNulls;
        best = { feature, code, nullGoesLeft, score };
      }
    }
  }
  return best;
}

/** Σ L² / l + Σ R² / r; undefined where a side has too few rows. */
function splitScore(
  values: Int32Array,
  nulls: Int32Array,
  total: Int32Array,
  nullsLeft: boolean,
  minRows: number,
): number | undefined {
  let [leftRows, rightRows, leftSquares, rightSquares] = [0, 0, 0, 0];
  for (let c = 0; c < total.length; c++) {
    const left = nullsLeft ? values[c] + nulls[c] : values[c];
    const right = total[c] - left;
    leftRows += left;
    rightRows += right;
    leftSquares += left * left;
    rightSquares += right * right;
  }
  if (leftRows < minRows || rightRows < minRows) return undefined;
  return leftSquares / leftRows + rightSquares / rightRows;
}

/** Row counts [code][class]. */
export function naiveHistogram(data: GrowthData, rows: Int32Array, feature: number): Int32Array[] {
  const { binned, labels, classCount } = data;
  const histogram = Array.from(
    { length: binned.bounds[feature].length + 1 },
    () => new Int32Array(classCount),
  );
  for (const row of rows) histogram[binned.codes[feature * binned.rowCount + row]][labels[row]]++;
  return histogram;
}

function goesLeft({ binned }: GrowthData, split: NaiveSplit, row: number): boolean {
  const code = binned.codes[split.feature * binned.rowCount + row];
  return code === 0 ? split.nullGoesLeft : code <= split.code;
}

function classCounts({ labels, classCount }: GrowthData, rows: Int32Array): Int32Array {
  const counts = new Int32Array(classCount);
  for (const row of rows) counts[labels[row]]++;
  return counts;
}

/** Rows in order; each is taken with the probability that still makes `wanted` rows in the end. */
export function naiveSample(rowCount: number, wanted: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const taken: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const chance = (wanted - taken.length) / (rowCount - row);
    if (wanted === rowCount || random() < chance) taken.push(row);
  }
  return Int32Array.from(taken);
}

const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0);
const squares = (counts: Int32Array): number => counts.reduce((total, count) => total + count * count, 0);
