export { heldOutMachines } from './held-out-machines.ts';
export { type LabelCount, readLabelCounts } from './label-counts.ts';
export { type PartSummary, resolveSplit, type Split, type SplitConfig } from './resolve-split.ts';
