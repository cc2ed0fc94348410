import { literal, openDuckDb } from '../../engine/index.ts';
import { type ColumnType, DICTIONARY, RAW_TABLES, SOURCE_FILES } from '../../tables.ts';

const SQL_TYPES: Record<ColumnType, string> = {
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP',
  double: 'DOUBLE',
  int: 'INTEGER',
};

/** An engine with a view of each raw table, with its lake names and types, over a folder of source files taken as they are. */
export async function openSource(folder: string, format: 'csv' | 'parquet') {
  const engine = await openDuckDb({ threads: 2 });
  for (const table of RAW_TABLES) {
    const { stem, columns } = SOURCE_FILES[table];
    const renamed = columns.map((column, i) => {
      const { name, type } = DICTIONARY[table].columns[i]!;
      return `"${column}"::${SQL_TYPES[type]} AS ${name}`;
    });
    const files = literal(`${folder}/${stem}*.${format}`);
    await engine.connection.run(`CREATE VIEW ${table} AS SELECT ${renamed.join(', ')} FROM ${files}`);
  }
  return engine;
}
