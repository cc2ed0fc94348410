export interface StoreErrorDetails {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The storage's own name of it, such as `NoSuchKey` or `BlobNotFound`; undefined if it gave none. */
  readonly code: string | undefined;
  readonly message: string;
}

/** What a storage refused, or did not answer in as many tries as its SDK was given. Branch on `status` and `code`. */
export class ArtifactStoreError extends Error {
  override readonly name = 'ArtifactStoreError';
  /** Of the folder or file. */
  readonly uri: string;
  readonly status: number;
  readonly code: string | undefined;

  constructor(uri: string, { status, code, message }: StoreErrorDetails, cause: unknown) {
    super(`${uri}: ${[status || undefined, code].filter(Boolean).join(' ')}: ${message}`, { cause });
    this.uri = uri;
    this.status = status;
    this.code = code;
  }
}
