import type { TableEngine } from '../engine/index.ts';
import type { Lake, LakeChange, Manifest, Origin, TableWrite } from '../lake/index.ts';
import type { IngestReport, TableReport } from './contract.ts';
import type { IngestMode } from './origin-rule.ts';
import type { RejectedRow } from './rejects.ts';
import { rejectsTable } from './rejects-table.ts';
import { keptRows, stageNames } from './repeats.ts';
import type { StagedTable } from './stage-table.ts';

interface CommitOptions {
  lake: Lake;
  mode: IngestMode;
  origin: Origin;
  origins: Pick<Manifest, 'origin' | 'appended'>;
}

/** Writes what an ingest brings in one commit; nothing if the lake already has it all. */
export async function commitTables(
  engine: TableEngine,
  staged: readonly StagedTable[],
  rejected: ReadonlyMap<string, readonly RejectedRow[]>,
  { lake, mode, origin, origins }: CommitOptions,
): Promise<IngestReport> {
  const before = mode === 'replace' ? {} : lake.manifest.tables;
  const tables: Record<string, TableWrite | null> = {};
  if (mode === 'replace') for (const name of Object.keys(lake.manifest.tables)) tables[name] = null;
  for (const { table, kept, repeats } of staged) {
    const stored = before[table];
    if (stored !== undefined && kept === 0) continue;
    const expected = (stored?.rowCount ?? 0) + kept;
    tables[table] = { write: (path) => writeAll(engine, keptRows(table, { repeats }), path, expected) };
  }
  const rejects = await rejectsTable(engine, lake, rejected, mode);
  if (rejects !== undefined) tables.rejected_rows = rejects;
  const facts = { ...origins, ...(await anchor(engine, staged, lake.manifest, mode)) };
  const changed = Object.keys(tables).length > 0 || origins.appended.length > lake.manifest.appended.length;
  if (changed) await lake.commit({ ...facts, tables });
  return {
    origin,
    gridAnchor: lake.manifest.gridAnchor,
    tables: Object.fromEntries(staged.map((table) => [table.table, tableReport(table, lake.manifest)])),
    rejects: [...rejected].flatMap(([source, rows]) => groupByReason(source, rows)),
    notes: staged.flatMap(({ files }) => files.flatMap((file) => file.staged.notes)),
    changed,
  };
}

async function writeAll(
  engine: TableEngine,
  select: string,
  path: string,
  expected: number,
): Promise<number> {
  const written = await engine.writeParquet(select, path);
  if (written !== expected) throw new Error(`${path}: ${written} rows written, ${expected} expected`);
  return written;
}

/** The first telemetry hour of the first ingest; later ingests leave it. */
async function anchor(
  engine: TableEngine,
  staged: readonly StagedTable[],
  manifest: Manifest,
  mode: IngestMode,
): Promise<Pick<LakeChange, 'gridAnchor' | 'watermark'>> {
  const anew = mode === 'replace' ? { gridAnchor: null, watermark: null } : {};
  const known = mode !== 'replace' && manifest.gridAnchor !== null;
  if (known || !staged.some(({ table }) => table === 'telemetry')) return anew;
  const [row] = await engine.query(
    `SELECT strftime(date_trunc('hour', min(measured_at)), '%Y-%m-%dT%H:%M:%S') AS hour FROM ${stageNames('telemetry').good}`,
  );
  return { ...anew, gridAnchor: row!.hour as string | null };
}

function tableReport({ table, files, rowsIn, kept }: StagedTable, manifest: Manifest): TableReport {
  return {
    files: files.map((file) => file.staged.file.name),
    rowsIn,
    kept,
    rejected: files.reduce((total, file) => total + file.rejected, 0),
    exactDuplicates: files.reduce((total, file) => total + file.exactDuplicates, 0),
    rowsInLake: manifest.tables[table]!.rowCount,
  };
}

function groupByReason(source: string, rows: readonly RejectedRow[]): IngestReport['rejects'][number][] {
  return [...Map.groupBy(rows, ({ reason }) => reason)].map(([reason, group]) => ({
    source,
    reason,
    count: group.length,
    firstLine: group[0]!.line,
  }));
}
