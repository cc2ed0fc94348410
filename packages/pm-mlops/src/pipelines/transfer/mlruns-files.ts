import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from 'pm-core';
import { parse } from 'yaml';

/** Fields of a meta.yaml; null and '' are undefined. */
export type Meta = Readonly<Record<string, string | undefined>>;

/**
 * Reads a folder's meta.yaml; undefined where it has none. All scalars stay text: a run id such as 123e4567 is a number
 * to YAML.
 * @throws UserError `broken-mlruns` naming the file.
 */
export function readMeta(directory: string): Meta | undefined {
  const file = join(directory, 'meta.yaml');
  if (!existsSync(file)) return undefined;
  try {
    const fields = parse(readFileSync(file, 'utf8'), { schema: 'failsafe' }) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, textOf(value)]));
  } catch (error) {
    throw new UserError('broken-mlruns', `${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The same for the lists of key and value that a meta.yaml may hold, such as a dataset's tags. */
export function readMetaPairs(directory: string, field: string): Record<string, string> {
  const fields = parse(readFileSync(join(directory, 'meta.yaml'), 'utf8'), { schema: 'failsafe' });
  return (fields as Record<string, Record<string, string> | undefined>)[field] ?? {};
}

function textOf(value: unknown): string | undefined {
  return typeof value !== 'string' || value === '' || value === 'null' ? undefined : value;
}

/** Content of each file below a folder by its path there, which is the key it was logged under; `a/b` is a key too. */
export function readKeys(directory: string): Record<string, string> {
  if (!existsSync(directory)) return {};
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(directory.length + 1), readFileSync(file, 'utf8')]),
  );
}

/** Names of the folders directly in a folder; none if it is missing. */
export function foldersIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The folder beside the meta.yaml, which is right even where the whole was moved; else what the file says. */
export function ownArtifacts(folder: string, uri: string | undefined): string {
  const beside = join(folder, 'artifacts');
  return existsSync(beside) || uri === undefined ? beside : uri;
}
