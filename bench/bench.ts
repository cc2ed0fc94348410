import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Runs every bench/*.bench.ts of the repository, or the one named; each prints ratios taken within one run. */
const root = join(import.meta.dirname, '..');
const section = process.argv[2];
const files = globSync(['bench/*.bench.ts', 'packages/*/bench/*.bench.ts'], { cwd: root }).sort();
const chosen = files.filter((file) => section === undefined || basename(file) === `${section}.bench.ts`);
if (chosen.length === 0) {
  const names = files.map((file) => basename(file, '.bench.ts')).join(', ');
  console.error(`There is no bench section '${section}'. Sections: ${names}`);
  process.exit(1);
}
for (const file of chosen) {
  console.log(`\n== ${basename(file, '.bench.ts')}`);
  const { status } = spawnSync(process.execPath, [join(root, file)], { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}
