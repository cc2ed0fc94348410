import { join } from 'node:path';
import type { TableEngine } from '../engine/index.ts';
import type { Lake, TableWrite } from '../lake/index.ts';
import { DICTIONARY } from '../tables.ts';
import type { IngestMode } from './origin-rule.ts';
import type { RejectedRow } from './rejects.ts';

/** New content of rejected_rows: files read now have their present rejects, others keep theirs. Undefined if nothing changes. */
export async function rejectsTable(
  engine: TableEngine,
  lake: Lake,
  rejected: ReadonlyMap<string, readonly RejectedRow[]>,
  mode: IngestMode,
): Promise<TableWrite | undefined> {
  const stored = mode === 'replace' ? undefined : lake.manifest.tables.rejected_rows;
  const old =
    stored === undefined
      ? []
      : await readRejects(
          engine,
          stored.files.map((file) => join(lake.directory, file)),
        );
  const all = [...old.filter(({ source }) => !rejected.has(source)), ...[...rejected.values()].flat()].sort(
    (a, b) => compare(a.source, b.source) || a.line - b.line,
  );
  if (stored !== undefined && JSON.stringify(all) === JSON.stringify(old)) return undefined;
  return {
    write: async (path) => {
      const columns = DICTIONARY.rejected_rows.columns.map(({ name, type }) => ({
        name,
        type,
        values: all.map((row) => row[name as keyof RejectedRow]) as string[] | number[],
      }));
      await engine.defineColumns('ingest_rejected', columns);
      return engine.writeParquet('SELECT * FROM ingest_rejected', path);
    },
  };
}

async function readRejects(engine: TableEngine, files: readonly string[]): Promise<RejectedRow[]> {
  await engine.defineView('ingest_rejected_before', files);
  const { columns, rowCount } = await engine.columns('SELECT * FROM ingest_rejected_before', {
    source: 'string',
    line: 'int32',
    reason: 'string',
    raw: 'string',
  });
  return Array.from({ length: rowCount }, (_, i) => ({
    source: columns.source[i]!,
    line: columns.line[i]!,
    reason: columns.reason[i]!,
    raw: columns.raw[i]!,
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
