import { invalid } from './fault.ts';

/** Unfinished uploads; MLflow's own server uses the same prefix and hides them too. */
export const UPLOAD_PREFIX = '.artifact.uploading.';

/**
 * The parts of a path below the artifact folder, percent-decoded as often as anything is left to decode.
 * Empty for the folder itself.
 * @throws Fault 400 for a path that is absolute, leads upwards, has an empty part, or a character that is read as another
 *   separator somewhere.
 */
export function artifactParts(path: string): readonly string[] {
  if (path === '') return [];
  const parts = decoded(path).split('/');
  const isUnsafe = parts.some(
    (part) => part === '' || part === '.' || part === '..' || /[\\#\p{Cc}]/u.test(part),
  );
  if (isUnsafe || /^[a-z]:/i.test(parts[0]!) || parts[0]!.startsWith('file:')) throw invalid('Invalid path');
  return parts;
}

/** Decodes %XX until nothing changes; what is no valid escape stays. */
export function decoded(text: string): string {
  for (let current = text; ; ) {
    const next = current.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
    );
    if (next === current) return current;
    current = next;
  }
}
