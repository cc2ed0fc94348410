import { DICTIONARY, type FleetConfig, RAW_TABLES, UserError } from 'pm-core';
import { identifier, type TableEngine } from 'pm-core/engine';
import { FEATURES_DEFINITION } from 'pm-core/features';
import { labelsSelect } from 'pm-core/label';
import { lineage, type Manifest } from 'pm-core/lake';
import type { Workbench } from '../base/workbench.ts';
import { computeFeatures, dropComputedRows, updateFeatures } from './feature-rows.ts';

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
  /** How many of its rows were computed now; the others were kept. */
  readonly rowsComputed: number;
}

/**
 * Computes a feature table of the lake if it is missing, or stale: raw tables, feature settings or the period changed. Of the
 * table `features`, where only raw rows were added or corrected, the rows that these can change; the same bits either way.
 * @throws UserError `no-raw-tables` for a lake without them, `bad-table-name`.
 */
export async function ensureFeatures(
  bench: Workbench,
  config: FleetConfig,
  request: FeaturePeriodRequest = { table: 'features' },
): Promise<DerivedTable> {
  const { lake, engine } = bench;
  const { table, ...period } = request;
  const { tables } = lake.manifest;
  checkTableName(table, lake.manifest);
  const anchor = gridAnchor(lake.manifest);
  const decides = { features: config.features, ...period, ...(await featureMaker(engine)) };
  const settings = lineage(lake.manifest, [], decides);
  const computedFrom = lineage(lake.manifest, ['machines', 'telemetry', 'errors', 'maintenance'], decides);
  const present = tables[table];
  if (present?.computedFrom === computedFrom)
    return { table, rowCount: present.rowCount, computed: false, rowsComputed: 0 };
  const isWhole = table === 'features' && period.from === undefined && period.to === undefined;
  const isBehind = isWhole && present?.settings === settings && tables.stale_features !== undefined;
  const { content, rowsComputed } = isBehind
    ? await updateFeatures(bench, config, anchor)
    : await computeFeatures(bench, config, { anchor, ...period });
  const written = { [table]: { ...content, computedFrom, settings } };
  // Tells how far `features` is behind, whatever it holds.
  const manifest = await lake.commit({
    tables: { ...written, ...(table === 'features' ? { stale_features: null } : {}) },
  });
  await dropComputedRows(engine);
  await lake.attach(engine);
  return { table, rowCount: manifest.tables[table]!.rowCount, computed: true, rowsComputed };
}

/** What besides the settings decides the bits of features: rows of two of these are not to stand in one table. */
async function featureMaker(engine: TableEngine): Promise<{ definition: number; engine: string }> {
  const [row] = await engine.query('SELECT version() AS version');
  return { definition: FEATURES_DEFINITION, engine: String(row!.version) };
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
  if (present?.computedFrom === computedFrom)
    return { table, rowCount: present.rowCount, computed: false, rowsComputed: 0 };
  const write = (path: string) => engine.writeParquet(select, path);
  const manifest = await lake.commit({ tables: { [table]: { write, computedFrom } } });
  await lake.attach(engine);
  const { rowCount } = manifest.tables[table]!;
  return { table, rowCount, computed: true, rowsComputed: rowCount };
}
