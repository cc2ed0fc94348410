import { UserError } from 'pm-core';

/**
 * Control characters, `\`, `#` (which ends a path for some servers), a Windows drive, and %-escapes: MLflow's server decodes
 * a path once more than it was encoded, so that `a%20b` would be stored as `a b` and `%2e%2e` be a way out.
 */
const forbidden = /[\p{Cc}\\#]|^[A-Za-z]:|%[0-9A-Fa-f]{2}/u;

/**
 * The path itself, if it names the same place inside its folder for every server: relative, with `/` between its parts, none
 * of them empty, `.` or `..`.
 * @throws UserError `unsafe-artifact-path`
 */
export function safeArtifactPath(path: string): string {
  const leadsAstray = path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (!leadsAstray && !forbidden.test(path)) return path;
  throw new UserError('unsafe-artifact-path', `The artifact path ${JSON.stringify(path)} is refused.`, {
    next: 'Use a relative path with / between its parts, without "..", "\\", "#", %-escapes or empty parts.',
  });
}
