import type { BinnedMatrix } from '../forest/binned-matrix.ts';
import { drawFeatures, SAMPLE_PATH } from '../forest/feature-draw.ts';
import { NodeList, type TreeShape } from '../forest/grown-tree.ts';
import { allocateRows } from '../forest/packed-rows.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import { drawSample } from './draw-sample.ts';
import type { GradientData } from './gradients.ts';
import { type BoostingRules, type Growth, growRoot } from './grow-nodes.ts';

export interface BoostedTree extends TreeShape {
  /** Units of each leaf. */
  readonly leafUnits: Int32Array;
}

/**
 * Makes a function that grows the tree of an output from its gradients and adds the tree's units to that output's margins, of all
 * rows: those drawn, those left out, and validation rows. Each output has its own gradients and margins, so they may grow
 * at the same time.
 */
export function createBoostedGrower(
  data: { readonly binned: BinnedMatrix; readonly gradients: GradientData },
  rules: BoostingRules,
): (output: number, treeSeed: number) => BoostedTree {
  const { binned, gradients } = data;
  const { trainCount, rowCount } = gradients;
  const valueCodes = Int32Array.from(binned.bounds, (bounds) => bounds.length);
  const sample = allocateRows(binned, 1, rules.sampleRows);
  const others = allocateRows(binned, 1, rowCount - rules.sampleRows);
  return (output, treeSeed) => {
    const nodes = new NodeList(valueCodes.length);
    const start = 2 * output * trainCount;
    const growth: Growth = {
      rules,
      treeSeed,
      nodes,
      valueCodes,
      sample,
      others,
      features: drawFeatures(valueCodes.length, rules.featuresPerTree, treeSeed, SAMPLE_PATH).sort(),
      pairs: gradients.gradients.subarray(start, start + 2 * trainCount),
      margins: gradients.margins.subarray(output * rowCount, (output + 1) * rowCount),
      spareHistograms: [],
    };
    const random = seededRandom(deriveSeed(treeSeed, SAMPLE_PATH, 1));
    drawSample({ sample, others }, { trainCount, wanted: rules.sampleRows }, random);
    growRoot(growth);
    return { ...nodes.shape(), leafUnits: nodes.leafValues() };
  };
}
