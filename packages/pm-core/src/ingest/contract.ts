import type { WorkflowConfig } from '../config.ts';
import type { TableEngine } from '../engine/index.ts';
import type { Lake, Origin } from '../lake/index.ts';
import type { RawTable } from '../tables.ts';
import type { IngestMode } from './origin-rule.ts';
import type { OpenSource } from './remote-folder.ts';

export interface IngestOptions {
  /**
   * Folder, http(s) URL prefix (its query goes with every request) or other URL that `openSource` knows, of files in the public
   * schema.
   */
  source: string;
  /** What the lake records as its origin; the source itself unless told. */
  origin?: Origin;
  lake: Lake;
  engine: TableEngine;
  config: Pick<WorkflowConfig, 'ingest'>;
  mode: IngestMode;
  /** Tables to read; all five unless told. */
  tables?: readonly RawTable[];
  fetch?: typeof globalThis.fetch;
  /** Reads sources of other URLs than http(s); these are refused without it. */
  openSource?: OpenSource;
  onProgress?: (progress: IngestProgress) => void;
  signal?: AbortSignal;
}

export interface IngestProgress {
  /** What begins now, such as `read PdM_telemetry.csv`. */
  step: string;
  done: number;
  total: number;
}

export interface TableReport {
  /** Files that were read. */
  files: readonly string[];
  /** Files that were not: the lake already has what they say. */
  knownFiles: readonly string[];
  /** Of the files read: rowsIn = new + corrected + unchanged + outdated + rejected. */
  rowsIn: number;
  new: number;
  /** Of the new ones: older than the newest row that the lake had of their machine. */
  late: number;
  /** Rows that took the place of the lake's row of their key. */
  corrected: number;
  /** Rows equal to one that the lake or the files already have. */
  unchanged: number;
  /** Rows that repeat what a correction from another file has replaced. */
  outdated: number;
  rejected: number;
  rowsInLake: number;
}

export interface IngestReport {
  origin: Origin;
  /** Null in a lake without time. */
  gridAnchor: string | null;
  tables: Partial<Record<RawTable | 'samples', TableReport>>;
  /** Rejected rows by file and reason, with the line of the first. */
  rejects: readonly { source: string; reason: string; count: number; firstLine: number }[];
  /** What a person should know: ignored columns, unusual delimiters. */
  notes: readonly string[];
  /** False if the lake already had every row and file. */
  changed: boolean;
}
