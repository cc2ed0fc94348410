export type { FeatureMatrix } from './feature-matrix.ts';
export { type FeatureConfig, featureNames, featureTable, labeledFeatureTable } from './feature-table.ts';
export { type FeaturePeriod, type FeaturesSelect, featuresSelect } from './features-select.ts';
export { type FeatureRows, readFeatureMatrix } from './read-feature-matrix.ts';
