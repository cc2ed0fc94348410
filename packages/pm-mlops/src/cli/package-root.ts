import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds databricks.yml, jobs/, config/ and the notebooks: of the checkout, or of an unpacked archive. */
export const PACKAGE_ROOT = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'databricks.yml'))) return folder;
  const above = dirname(folder);
  return above === folder ? import.meta.dirname : rootAbove(above);
}

/** The version in that folder's package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
