import type { BinnedMatrix } from '../../forest/binned-matrix.ts';
import { drawFeatures } from '../../forest/feature-draw.ts';
import { deriveSeed, seededRandom } from '../../random.ts';
import type { BoostedTree } from '../boosted-grower.ts';
import type { GradientData } from '../gradients.ts';
import type { BoostingRules } from '../growth.ts';

interface Side {
  g: number;
  h: number;
}

interface NaiveSplit {
  readonly feature: number;
  readonly code: number;
  readonly nullGoesLeft: boolean;
  readonly gain: number;
}

/** The obvious way to grow a boosted tree: row lists, each candidate's rows added up afresh. Moves the margins as the fast one does. */
export function naiveBoostedTree(
  { binned, gradients }: { binned: BinnedMatrix; gradients: GradientData },
  rules: BoostingRules,
  { output, treeSeed }: { output: number; treeSeed: number },
): BoostedTree {
  const { alpha, lambda, gamma, minChildWeight } = rules.penalties;
  const { trainCount, rowCount } = gradients;
  const featureCount = binned.bounds.length;
  const treeFeatures = drawFeatures(featureCount, rules.featuresPerTree, treeSeed, 0).sort();
  const nodes: { feature: number; code: number; nullGoesLeft: number; left: number; right: number }[] = [];
  const leafUnits: number[] = [];
  const gainByFeature = new Float64Array(featureCount);

  const codeOf = (feature: number, row: number) => binned.codes[feature * binned.rowCount + row];
  const reduced = (g: number) => Math.sign(g) * Math.max(0, Math.abs(g) - alpha);
  const score = ({ g, h }: Side) => (reduced(g) * reduced(g)) / (h + lambda);
  const add = (rows: readonly number[]): Side => {
    const at = (row: number) => 2 * (output * trainCount + row);
    return {
      g: rows.reduce((sum, row) => sum + gradients.gradients[at(row)], 0),
      h: rows.reduce((sum, row) => sum + gradients.gradients[at(row) + 1], 0),
    };
  };
  const goesLeft = (split: Omit<NaiveSplit, 'gain'>, row: number) => {
    const code = codeOf(split.feature, row);
    return code === 0 ? split.nullGoesLeft : code <= split.code;
  };

  function bestSplit(rows: readonly number[], path: number): NaiveSplit | undefined {
    const whole = add(rows);
    let best: (NaiveSplit & { total: number }) | undefined;
    for (const slot of drawFeatures(treeFeatures.length, rules.featuresPerNode, treeSeed, path)) {
      const feature = treeFeatures[slot];
      const codes = [...new Set(rows.map((row) => codeOf(feature, row)))].sort((a, b) => a - b);
      const hasNulls = codes[0] === 0;
      for (const nullGoesLeft of hasNulls ? [false, true] : [false]) {
        for (const code of codes.filter((one) => one > 0)) {
          const left = add(rows.filter((row) => goesLeft({ feature, code, nullGoesLeft }, row)));
          const right = { g: whole.g - left.g, h: whole.h - left.h };
          if (Math.min(left.h, right.h) < minChildWeight || right.h === 0) continue;
          const total = score(left) + score(right);
          if (best !== undefined && total <= best.total) continue;
          const direction = hasNulls ? nullGoesLeft : 2 * left.h >= whole.h;
          best = { feature, code, nullGoesLeft: direction, total, gain: total - score(whole) };
        }
      }
    }
    return best === undefined || best.gain <= 0 || best.gain < gamma ? undefined : best;
  }

  function grow(rows: readonly number[], others: readonly number[], depth: number, path: number): number {
    const isLeaf = depth === rules.maxDepth || rows.length < 2 || add(rows).h < 2 * minChildWeight;
    const split = isLeaf ? undefined : bestSplit(rows, path);
    const node = { feature: -1, code: 0, nullGoesLeft: 0, left: leafUnits.length, right: -1 };
    const index = nodes.push(node) - 1;
    if (split === undefined) {
      const { g, h } = add(rows);
      const wanted = Math.round((-reduced(g) / (h + lambda)) * rules.unitsPerStep);
      const units = Math.min(Math.max(wanted, -rules.maxLeafUnits), rules.maxLeafUnits);
      leafUnits.push(units);
      for (const row of [...rows, ...others]) gradients.margins[output * rowCount + row] += units;
      return index;
    }
    gainByFeature[split.feature] += split.gain;
    Object.assign(node, { ...split, nullGoesLeft: split.nullGoesLeft ? 1 : 0 });
    const side = (list: readonly number[], left: boolean) =>
      list.filter((row) => goesLeft(split, row) === left);
    node.left = grow(side(rows, true), side(others, true), depth + 1, 2 * path);
    node.right = grow(side(rows, false), side(others, false), depth + 1, 2 * path + 1);
    return index;
  }

  const sample = naiveSample(trainCount, rules.sampleRows, deriveSeed(treeSeed, 0, 1));
  const all = Array.from({ length: rowCount }, (_, row) => row);
  grow(
    sample,
    all.filter((row) => !sample.includes(row)),
    0,
    1,
  );
  return {
    feature: Int16Array.from(nodes, ({ feature }) => feature),
    code: Uint8Array.from(nodes, ({ code }) => code),
    nullGoesLeft: Uint8Array.from(nodes, ({ nullGoesLeft }) => nullGoesLeft),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    gainByFeature,
    leafUnits: Int32Array.from(leafUnits),
  };
}

function naiveSample(rowCount: number, wanted: number, seed: number): number[] {
  const random = seededRandom(seed);
  const taken: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const chance = (wanted - taken.length) / (rowCount - row);
    if (wanted === rowCount || random() < chance) taken.push(row);
  }
  return taken;
}
