import { DICTIONARY, type FleetConfig, RAW_TABLES, UserError } from 'pm-core';
import { identifier } from 'pm-core/engine';
import { featuresSelect } from 'pm-core/features';
import { labelsSelect } from 'pm-core/label';
import { lineage, type Manifest } from 'pm-core/lake';
import type { Workbench } from './workbench.ts';

/** Rows wanted of a feature table, from ≤ T ≤ to; UTC timestamps. */
export interface FeaturePeriodRequest {
  readonly table: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What became of a derived table. */
export interface DerivedTable {
  readonly table: string;
  readonly rowCount: number;
  /** False: it was up to date, nothing was computed. */
  readonly computed: boolean;
}

/**
 * Computes a feature table of the lake if it is missing, or stale: raw tables, feature settings or the period changed.
 * @throws UserError `no-raw-tables` for a lake without them, `bad-table-name`.
 */
export async function ensureFeatures(
  bench: Workbench,
  config: FleetConfig,
  request: FeaturePeriodRequest = { table: 'features' },
): Promise<DerivedTable> {
  const { table, ...period } = request;
  checkTableName(table, bench.lake.manifest);
  const anchor = gridAnchor(bench.lake.manifest);
  const inputs = ['machines', 'telemetry', 'errors', 'maintenance'];
  return derive(bench, {
    table,
    computedFrom: lineage(bench.lake.manifest, inputs, { features: config.features, ...period }),
    select: featuresSelect(config, { anchor, ...period }),
  });
}

/**
 * Computes labeled_features over a feature table if it is missing or stale; the table `features` itself is brought up to
 * date first, another one is taken as it is.
 * @throws UserError `no-raw-tables`, `no-table`.
 */
export async function ensureLabels(
  bench: Workbench,
  config: FleetConfig,
  table = 'features',
): Promise<DerivedTable> {
  if (table === 'features') await ensureFeatures(bench, config);
  else await standInForFeatures(bench, table);
  const settings = { features: config.features, predictionWindowHours: config.predictionWindowHours };
  return derive(bench, {
    table: 'labeled_features',
    computedFrom: lineage(bench.lake.manifest, [table, 'failures', 'telemetry'], settings),
    select: labelsSelect(config),
  });
}

async function standInForFeatures({ lake, engine }: Workbench, table: string): Promise<void> {
  if (lake.manifest.tables[table] === undefined) {
    throw new UserError('no-table', `The lake has no feature table '${table}'.`, {
      next: `pm features --table ${table}`,
    });
  }
  await engine.defineQuery('features', `SELECT * FROM ${identifier(table)}`);
}

function checkTableName(table: string, { tables }: Manifest): void {
  const present = tables[table];
  // Results of scoring are computed from nothing that could compute them again.
  const isResults = present !== undefined && present.computedFrom === undefined;
  const isTaken = isResults || table in DICTIONARY || table === 'labeled_features';
  if (/^[a-z][a-z0-9_]{0,62}$/.test(table) && !isTaken) return;
  throw new UserError('bad-table-name', `'${table}' cannot be the name of a feature table.`, {
    next: 'Use lower-case letters, digits and _, and no name of another table of the lake.',
  });
}

/** @throws UserError `no-raw-tables` */
export function gridAnchor(manifest: Manifest): string {
  const missing = RAW_TABLES.filter((table) => manifest.tables[table] === undefined);
  if (manifest.gridAnchor !== null && missing.length === 0) return manifest.gridAnchor;
  throw new UserError('no-raw-tables', `The lake has no ${missing.join(', ')} table yet.`, {
    next: 'pm ingest (the simulator), or pm ingest --source DIRECTORY',
  });
}

async function derive(
  { lake, engine }: Workbench,
  { table, computedFrom, select }: { table: string; computedFrom: string; select: string },
): Promise<DerivedTable> {
  const present = lake.manifest.tables[table];
  if (present?.computedFrom === computedFrom) return { table, rowCount: present.rowCount, computed: false };
  const write = (path: string) => engine.writeParquet(select, path);
  const manifest = await lake.commit({ tables: { [table]: { write, computedFrom } } });
  await lake.attach(engine);
  return { table, rowCount: manifest.tables[table]!.rowCount, computed: true };
}
