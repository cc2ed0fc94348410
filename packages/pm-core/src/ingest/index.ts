export type { IngestOptions, IngestProgress, IngestReport, TableReport } from './contract.ts';
export { ingest, sourceOrigin } from './ingest.ts';
export type { IngestMode } from './origin-rule.ts';
export { isRemote, type OpenSource, type RemoteFolder, withoutSecrets } from './remote-folder.ts';
export { isUrl } from './source-files.ts';
