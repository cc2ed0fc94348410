import { UserError } from '../errors.ts';
import { isUrl } from './source-files.ts';

/** A source that only a client of its own reads, such as a prefix of an object store. */
export interface RemoteFolder {
  /** Its URL without secrets: what messages and the lake show. */
  readonly location: string;
  /** Names of the files directly in it, at least one. @throws UserError where there is none or the store refuses. */
  list(): Promise<readonly string[]>;
  /** Fetches a file whole, in constant memory, to a path of this machine. @throws UserError where it comes only in part. */
  fetch(name: string, path: string): Promise<void>;
}

/** Opens the source of a URL that is neither http nor https. @throws UserError for a URL that it cannot read. */
export type OpenSource = (url: string) => RemoteFolder;

/** Whether a source is a URL other than http(s). */
export const isRemote = (source: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(source) && !isUrl(source);

/**
 * The source, opened, where it is a URL other than http(s); undefined for all others.
 * @throws UserError `unsupported-source` where nothing opens such sources, and what `open` throws.
 */
export function openRemote(source: string, open: OpenSource | undefined): RemoteFolder | undefined {
  if (!isRemote(source)) return undefined;
  if (open !== undefined) return open(source);
  throw new UserError(
    'unsupported-source',
    `${withoutSecrets(source)} is neither a folder nor an http(s) URL.`,
  );
}

/** A URL without password, query, fragment and the `/` at its end; with http(s) also without a user. */
export function withoutSecrets(location: string): string {
  if (isRemote(location)) {
    return location
      .replace(/[?#].*$/s, '')
      .replace(/^([^/]+:\/\/)[^/]*:.*@/s, '$1')
      .replace(/(?<=[^/])\/+$/, '');
  }
  const url = new URL(location);
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}
