export interface ArtifactEntry {
  /** Relative to the folder. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Undefined for a directory. */
  readonly sizeBytes: number | undefined;
}

/** Files of a run or a logged model. Paths are relative with `/`; those that would leave the folder are refused. */
export interface ArtifactFolder {
  readonly uri: string;
  /** Entries directly in a directory (the folder itself if none is named) in order of their names; none if it is missing. */
  list(directory?: string): Promise<ArtifactEntry[]>;
  /** Stores or overwrites a file, in constant memory. */
  write(path: string, content: Blob): Promise<void>;
  /** The bytes of a file. @throws MlflowError, ArtifactStoreError or a system error where it is missing or breaks off. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Removes a file, or a directory with all that is in it. @throws UserError `cannot-remove` where the storage has no such call. */
  remove(path: string): Promise<void>;
  /** Does some work with the retries that this storage calls for. */
  retrying<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Order of the names, by code unit. */
export function byPath(a: ArtifactEntry, b: ArtifactEntry): number {
  return a.path < b.path ? -1 : 1;
}
