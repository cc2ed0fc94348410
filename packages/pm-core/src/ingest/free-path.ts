import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A path in a folder, ending in a name, at which nothing is. */
export function freePath(folder: string, name: string): string {
  for (let n = 0; ; n++) {
    const path = join(folder, `${n}-${name}`);
    if (!existsSync(path)) return path;
  }
}
