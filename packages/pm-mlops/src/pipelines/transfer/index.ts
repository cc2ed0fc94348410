export { type CopiedVersion, type CopyRequest, copyVersion } from './copy-version.ts';
export { mlrunsSource } from './mlruns-source.ts';
export { openSource, otherEnvironment } from './open-source.ts';
export { serverSource } from './server-source.ts';
export type { Tally, TransferReport } from './transfer-report.ts';
export { type TransferOptions, transferRuns } from './transfer-runs.ts';
export type { TransferSource } from './transfer-source.ts';
