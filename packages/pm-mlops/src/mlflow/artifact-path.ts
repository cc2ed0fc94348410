import { UserError } from 'pm-core';

/** Control characters, `\` and `#` (which ends a path for some servers) and a Windows drive. */
const forbidden = /[\p{Cc}\\#]|^[A-Za-z]:/u;

/**
 * The path itself, if it stays inside its folder however a server may decode it: relative, with `/` between its parts, none
 * of them empty, `.` or `..`, also not behind one or more layers of %-encoding.
 * @throws UserError `unsafe-artifact-path`
 */
export function safeArtifactPath(path: string): string {
  let decoded = path;
  for (let layer = 0; layer < 5; layer++) {
    if (!isInside(decoded)) throw unsafe(path);
    const next = decodeOnce(decoded);
    if (next === decoded) return path;
    decoded = next;
  }
  throw unsafe(path);
}

function isInside(path: string): boolean {
  return (
    !forbidden.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** A % that starts no valid escape stands for itself. */
function decodeOnce(path: string): string {
  return path.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function unsafe(path: string): UserError {
  return new UserError('unsafe-artifact-path', `The artifact path ${JSON.stringify(path)} is refused.`, {
    next: 'Use a relative path with / between its parts, without "..", "\\", "#" or empty parts.',
  });
}
