import type { RawTable } from 'pm-core';

/** What is to be brought into a lake. */
export interface IngestRequest {
  /**
   * Folder or URL (http, https, s3, abfss, wasbs) of the files. Without it the lake's own origin; for an empty lake the simulator, or the source that a workflow
   * of plain tables names.
   */
  readonly source?: string | undefined;
  /** Size of the simulated fleet; not together with a source. */
  readonly machines?: number | undefined;
  /** `replace`: another origin takes the place of what the lake holds; the same one gives what is new. */
  readonly onOtherOrigin: 'refuse' | 'append' | 'replace';
  readonly tables?: readonly RawTable[] | undefined;
}
