import { identifier, naturalOrder, type Row, type TableEngine } from '../engine/index.ts';
import { seededRandom } from '../random.ts';
import { timestampMs } from '../time.ts';
import { type FeatureConfig, featureNames } from './feature-table.ts';
import { type FeaturesSelect, featuresSelect } from './features-select.ts';
import { type Grid, stepAtOrAfter, stepAtOrBefore } from './grid.ts';
import { originalTables, perturbedTables, sampledTables } from './perturbed-future.ts';

export interface LeakProbeOptions {
  readonly engine: TableEngine;
  readonly config: FeatureConfig;
  readonly anchor: string;
  /** Rows wanted; one a machine at most. */
  readonly rows: number;
  readonly seed: number;
  /** What is on trial. */
  readonly select?: FeaturesSelect;
}

export interface LeakProbeResult {
  /** Rows compared: fewer than wanted where machines are fewer, or a row lies amid ten days without telemetry. */
  readonly checkedRows: number;
  /** Rows of which any feature changed, or that went away, when only what came after them was changed. */
  readonly leakedRows: number;
  readonly leakedColumns: readonly string[];
}

/**
 * Looks for features that see the future. For a seeded sample of rows (machine, T), everything of that machine after T is
 * changed in telemetry, errors, maintenance and failures; the features at T, computed again, must be the same to the bit.
 * Leaves temporary tables named leak_probe_… in the engine.
 */
export async function leakProbe(options: LeakProbeOptions): Promise<LeakProbeResult> {
  const { engine, config, anchor, select = featuresSelect } = options;
  const cutoffs = await sampledCutoffs(options);
  await engine.defineColumns('leak_probe_cutoffs', [
    { name: 'machine_id', type: 'string', values: cutoffs.map(({ machineId }) => machineId) },
    { name: 'cutoff', type: 'timestamp', values: cutoffs.map(({ cutoff }) => cutoff) },
  ]);
  for (const [table, rows] of Object.entries(sampledTables)) {
    await engine.defineQuery(`leak_probe_${table}`, rows, { materialized: true });
  }
  const names = featureNames(config);
  const before = standIns(select(config, { anchor }), originalTables);
  const after = standIns(select(config, { anchor }), perturbedTables);
  const [counts] = await engine.query(comparison(names, before, after));
  return verdict(counts!, names);
}

async function sampledCutoffs({ engine, config, anchor, rows, seed }: LeakProbeOptions) {
  const grid: Grid = { anchor, stepHours: config.features.tumblingWindowHours };
  const machines = await engine.query(
    `SELECT machine_id, first_step, last_step FROM (
       SELECT machine_id, ${stepAtOrAfter(grid, 'min(measured_at)')} AS first_step,
         ${stepAtOrBefore(grid, 'max(measured_at)')} AS last_step FROM telemetry GROUP BY machine_id)
     WHERE first_step <= last_step ORDER BY ${naturalOrder('machine_id')}`,
  );
  const random = seededRandom(seed);
  return machines
    .map((machine) => ({ machine, draw: random(), at: random() }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, rows)
    .map(({ machine, at }) => {
      const [first, last] = [Number(machine.first_step), Number(machine.last_step)];
      const step = first + Math.floor(at * (last - first + 1));
      const cutoff = timestampMs(anchor) + step * grid.stepHours * 3_600_000;
      return { machineId: String(machine.machine_id), cutoff };
    });
}

/** The sampled rows over other tables of the same names, which common table expressions put in their place. */
function standIns(features: string, tables: Readonly<Record<string, string>>): string {
  const others = Object.entries(tables).map(([table, rows]) => `${table} AS (${rows})`);
  return `WITH ${others.join(', ')} SELECT features.* FROM (${features}) features
  JOIN leak_probe_cutoffs ON leak_probe_cutoffs.machine_id = features.machine_id AND cutoff = window_end`;
}

function comparison(names: readonly string[], before: string, after: string): string {
  const differs = (name: string) => `before.${identifier(name)} IS DISTINCT FROM after.${identifier(name)}`;
  const columns = names.map((name) => `count(*) FILTER (${differs(name)}) AS ${identifier(name)}`);
  const leaked = ['after.machine_id IS NULL', ...names.map(differs)].join(' OR ');
  return `SELECT count(*) AS checked_rows, count(*) FILTER (${leaked}) AS leaked_rows, ${columns.join(', ')}
FROM (${before}) before LEFT JOIN (${after}) after USING (machine_id, window_end)`;
}

const verdict = (counts: Row, names: readonly string[]): LeakProbeResult => ({
  checkedRows: Number(counts.checked_rows),
  leakedRows: Number(counts.leaked_rows),
  leakedColumns: names.filter((name) => Number(counts[name]) > 0),
});
