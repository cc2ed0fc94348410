import type { LocalFile } from './local-copy.ts';

/** A row of a file, found again after it was judged by its place. */
export interface FoundRow {
  /** Line in a text file (the header is line 1), row number from 1 in a Parquet file. */
  line: number;
  /** As it was read, cut after 2,000 characters. */
  raw: string;
}

/** Rows that have not the shape of a row (CSV only), counted by reason, with the line of the first. */
export type Misshapen = ReadonlyMap<string, { count: number; firstLine: number }>;

/** A file whose rows stand in an engine's table, checked one by one, and can be found again in the file. */
export interface StagedFile {
  readonly file: LocalFile;
  /** The engine's table: `CheckedRows`, in the order of the file; its rowid is a row's place. */
  readonly stage: string;
  readonly stagedRows: number;
  readonly reasons: readonly string[];
  readonly misshapen: Misshapen;
  /** What a person should know of how the file was read. */
  readonly notes: readonly string[];
  /** The rows of some places (ascending), in their order, and all misshapen ones if wanted. */
  find(places: readonly number[], options: { misshapen: boolean }): Promise<FoundRows>;
}

export interface FoundRows {
  rows: FoundRow[];
  misshapen: (FoundRow & { reason: string })[];
}

const LONGEST_RAW = 2000;
export const rawText = (text: string): string =>
  text.length > LONGEST_RAW ? `${text.slice(0, LONGEST_RAW)}…` : text;
