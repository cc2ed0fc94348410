import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../../..');

/** Makes the archive of `make dist` in a folder and returns its path. Takes seconds. */
export function buildArchive(directory: string): string {
  const said = execFileSync(process.execPath, [join(root, 'tools/archive/build-archive.ts'), directory], {
    encoding: 'utf8',
  });
  return said.split('  ', 1)[0]!;
}
