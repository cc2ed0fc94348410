import type { BinnedMatrix } from '../forest/binned-matrix.ts';
import { drawFeatures, SAMPLE_PATH } from '../forest/feature-draw.ts';
import { NodeList, type TreeShape } from '../forest/grown-tree.ts';
import { allocateRows, drawRows } from '../forest/packed-rows.ts';
import { deriveSeed } from '../random.ts';
import { type GradientHistograms, layOut } from './gradient-histogram.ts';
import type { GradientData } from './gradients.ts';
import { growRoot } from './grow-nodes.ts';
import type { BoostingRules, Growth } from './growth.ts';

export interface BoostedTree extends TreeShape {
  /** Units of each leaf. */
  readonly leafUnits: Int32Array;
}

/**
 * Makes a function that grows the tree of an output from its gradients and adds the tree's units to that output's margins, of all
 * rows: those drawn, those left out, and validation rows. Each output has its own gradients and margins, so they may grow
 * at the same time. The memory it works in is allocated once and used by one tree after the other.
 */
export function createBoostedGrower(
  data: { readonly binned: BinnedMatrix; readonly gradients: GradientData },
  rules: BoostingRules,
): (output: number, treeSeed: number) => BoostedTree {
  const { binned, gradients } = data;
  const { trainCount, rowCount } = gradients;
  const valueCodes = Int32Array.from(binned.bounds, (bounds) => bounds.length);
  const rows = allocateRows(binned, 1);
  const spareHistograms: GradientHistograms[] = [];
  return (output, treeSeed) => {
    const nodes = new NodeList(valueCodes.length);
    const start = 2 * output * trainCount;
    const features = drawFeatures(valueCodes.length, rules.featuresPerTree, treeSeed, SAMPLE_PATH).sort();
    const growth: Growth = {
      ...{ rules, treeSeed, nodes, valueCodes, rows, spareHistograms },
      layout: layOut(valueCodes, features),
      pairs: gradients.gradients.subarray(start, start + 2 * trainCount),
      margins: gradients.margins.subarray(output * rowCount, (output + 1) * rowCount),
    };
    const draw = { rowCount: trainCount, wanted: rules.sampleRows };
    drawRows(rows.packed, draw, deriveSeed(treeSeed, SAMPLE_PATH, 1));
    for (let row = trainCount; row < rowCount; row++) rows.packed[row] = row;
    growRoot(growth);
    return { ...nodes.shape(), leafUnits: nodes.leafValues() };
  };
}
