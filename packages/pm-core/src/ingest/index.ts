export {
  type IngestOptions,
  type IngestProgress,
  type IngestReport,
  ingest,
  sourceOrigin,
  type TableReport,
} from './ingest.ts';
export type { IngestMode } from './origin-rule.ts';
