export { digestModelPackage, type ModelPackageDigest } from './digest-model-package.ts';
export { InputExample, matrixOfExample } from './input-example.ts';
export type { PackageIdentity } from './ml-model.ts';
export { PACKAGE_FILES } from './package-files.ts';
export { type ModelPackage, readModelPackage } from './read-model-package.ts';
export { forestSignature, type Signature, type SignatureColumn } from './signature.ts';
export { type SmokeCheck, smokeCheck } from './smoke-check.ts';
export { TrainingFacts } from './training-facts.ts';
export { type ModelPackageContent, writeModelPackage } from './write-model-package.ts';
