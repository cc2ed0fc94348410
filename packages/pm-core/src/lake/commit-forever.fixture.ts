import { writeFileSync } from 'node:fs';
import { openLake, type TableWrite } from './index.ts';

// Commits two tables again and again, each time with the same new text in both, until it is killed.
const lake = openLake(process.argv[2]!, { clock: () => new Date() });
const lock = lake.lock('committing for ever');
for (let n = lake.manifest.generation; lock; n++) {
  const text = `${n} `.repeat(20_000);
  const table: TableWrite = {
    write: async (path) => {
      writeFileSync(path, text);
      return text.length;
    },
  };
  await lake.commit({ tables: { a: table, b: table } });
  process.stdout.write('.');
}
