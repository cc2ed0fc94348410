export type { LakeChange, TableWrite } from './commit.ts';
export { type ExportFormat, exportTable } from './export-table.ts';
export { keyOrder } from './key-order.ts';
export { type Lake, type LakeOptions, openLake } from './lake.ts';
export type { LakeLock } from './lake-lock.ts';
export { lineage } from './lineage.ts';
export { type Manifest, Origin, type TableEntry } from './manifest.ts';
export { describeOrigin, sameOrigin } from './origin.ts';
export { openVolumeLake, type VolumeLakeOptions } from './volume-lake.ts';
