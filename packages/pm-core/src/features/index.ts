export type { FeatureMatrix } from './feature-matrix.ts';
export { type FeatureConfig, featureNames, featureTable, labeledFeatureTable } from './feature-table.ts';
export { FEATURES_DEFINITION, type FeaturesSelect, featuresSelect } from './features-select.ts';
export { featuresSince } from './features-since.ts';
export { type LeakProbeOptions, type LeakProbeResult, leakProbe } from './leak-probe.ts';
export type { FeaturePeriod } from './machine-steps.ts';
export { type FeatureRows, readFeatureMatrix } from './read-feature-matrix.ts';
