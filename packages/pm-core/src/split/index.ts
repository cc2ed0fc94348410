export { heldOutMachines } from './held-out-machines.ts';
export { type LabelCount, readLabelCounts } from './label-counts.ts';
export { type PartSummary, resolveSplit, type Split, type SplitConfig } from './resolve-split.ts';
export { drawGroupSplit, drawRowSplit, type RowParts, type RowShares, type RowSplit } from './row-split.ts';
export { splitText } from './split-text.ts';
