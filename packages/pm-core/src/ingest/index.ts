export type { IngestOptions, IngestProgress, IngestReport, TableReport } from './contract.ts';
export { ingest, sourceOrigin } from './ingest.ts';
export type { IngestMode } from './origin-rule.ts';
