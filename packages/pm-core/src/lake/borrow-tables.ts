import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MANIFEST_FILE } from './files.ts';
import type { Lake } from './lake.ts';
import type { Manifest } from './manifest.ts';

/**
 * Makes an empty folder a lake of its own with some tables of another one: links to their files, so that nothing that is done
 * in the folder touches the other lake. Tables that it lacks are left out.
 */
export function borrowTables({ directory, manifest }: Lake, folder: string, names: readonly string[]): void {
  const tables = Object.fromEntries(
    names.flatMap((name) => {
      const table = manifest.tables[name];
      return table === undefined ? [] : [[name, table]];
    }),
  );
  // Each file a link, never its folder: a lake sweeps its folders.
  for (const file of Object.values(tables).flatMap(({ files }) => files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    symlinkSync(join(directory, file), join(folder, file));
  }
  const own: Manifest = { ...manifest, tables };
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(own));
}
