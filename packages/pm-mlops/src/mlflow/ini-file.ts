import { readFileSync } from 'node:fs';
import { UserError } from 'pm-core';

/**
 * One section of an INI file, as `key = value` lines give it; keys in lower case. Undefined where there is no such file or section.
 * @throws UserError `unreadable-credentials`
 */
export function iniSection(path: string, name: string): Record<string, string> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError('unreadable-credentials', `${path} cannot be read: ${(error as Error).message}`);
  }
  let found: Record<string, string> | undefined;
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[(.+)\]\s*$/.exec(line);
    const entry = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (header) section = header[1]!;
    if (section !== name) continue;
    found ??= {};
    if (entry && !header) found[entry[1]!.toLowerCase()] = entry[2]!;
  }
  return found;
}
