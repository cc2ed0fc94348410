import { isDeepStrictEqual } from 'node:util';
import type { TableEngine } from '../engine/index.ts';
import type { Lake, LakeChange, Manifest, MonthsWrite, Origin, TableWrite } from '../lake/index.ts';
import type { RawTable } from '../tables.ts';
import type { IngestReport, TableReport } from './contract.ts';
import type { IngestMode } from './origin-rule.ts';
import type { RejectedRow } from './rejects.ts';
import { rejectsTable } from './rejects-table.ts';
import { stageNames } from './stage-names.ts';
import type { StagedTable } from './stage-table.ts';
import { staleFeatures } from './stale-features.ts';
import { tableWrites } from './table-writes.ts';

interface CommitOptions {
  lake: Lake;
  mode: IngestMode;
  origin: Origin;
  origins: Pick<Manifest, 'origin' | 'appended'>;
}

/** A table's files as they came. */
export interface Delivery {
  readonly table: RawTable;
  /** Absent if every file is known. */
  readonly staged: StagedTable | undefined;
  /** Names of the files that were not read. */
  readonly knownFiles: readonly string[];
  /** What the lake records of all of them. */
  readonly records: Manifest['ingested'];
}

/** Writes what an ingest brings in one commit; nothing if the lake already has it all. */
export async function commitTables(
  engine: TableEngine,
  deliveries: readonly Delivery[],
  rejected: ReadonlyMap<string, readonly RejectedRow[]>,
  { lake, mode, origin, origins }: CommitOptions,
): Promise<IngestReport> {
  const { manifest } = lake;
  const staged = deliveries.flatMap((delivery) => delivery.staged ?? []);
  const tables: Record<string, TableWrite | MonthsWrite | null> = {};
  if (mode === 'replace') for (const name of Object.keys(manifest.tables)) tables[name] = null;
  const stored = mode === 'replace' ? {} : manifest.tables;
  const commitNumber = manifest.generation + 1;
  for (const table of staged)
    Object.assign(tables, await tableWrites(engine, table, { stored, commitNumber }));
  const rejects = await rejectsTable(engine, lake, rejected, mode);
  if (rejects !== undefined) tables.rejected_rows = rejects;
  const stale = mode === 'replace' ? undefined : await staleFeatures(engine, staged, lake);
  if (stale !== undefined) tables.stale_features = stale;
  const facts = { ...origins, ...(await anchor(engine, staged, manifest, mode)) };
  const ingested = Object.assign(
    mode === 'replace' ? {} : { ...manifest.ingested },
    ...deliveries.map(({ records }) => records),
  );
  const changed =
    Object.keys(tables).length > 0 ||
    origins.appended.length > manifest.appended.length ||
    !isDeepStrictEqual(ingested, manifest.ingested);
  if (changed) await lake.commit({ ...facts, ingested, tables });
  return {
    origin,
    gridAnchor: lake.manifest.gridAnchor,
    tables: Object.fromEntries(deliveries.map((table) => [table.table, tableReport(table, lake.manifest)])),
    rejects: [...rejected].flatMap(([source, rows]) => groupByReason(source, rows)),
    notes: staged.flatMap(({ files }) => files.flatMap((file) => file.staged.notes)),
    changed,
  };
}

/** The first telemetry hour of the first ingest; later ingests leave it. */
async function anchor(
  engine: TableEngine,
  staged: readonly StagedTable[],
  manifest: Manifest,
  mode: IngestMode,
): Promise<Pick<LakeChange, 'gridAnchor'>> {
  const anew = mode === 'replace' ? { gridAnchor: null } : {};
  const known = mode !== 'replace' && manifest.gridAnchor !== null;
  if (known || !staged.some(({ table }) => table === 'telemetry')) return anew;
  const [row] = await engine.query(
    `SELECT strftime(date_trunc('hour', min(measured_at)), '%Y-%m-%dT%H:%M:%S') AS hour FROM ${stageNames('telemetry').good}`,
  );
  return { ...anew, gridAnchor: row!.hour as string | null };
}

function tableReport({ table, staged, knownFiles }: Delivery, manifest: Manifest): TableReport {
  const { files = [], rowsIn = 0, merge } = staged ?? {};
  return {
    files: files.map((file) => file.staged.file.name),
    knownFiles,
    rowsIn,
    new: merge?.new ?? 0,
    late: merge?.late ?? 0,
    corrected: merge?.corrected ?? 0,
    unchanged: merge?.unchanged ?? 0,
    outdated: merge?.outdated ?? 0,
    rejected: files.reduce((total, file) => total + file.rejected, 0),
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
