import { FleetConfig } from 'pm-core';
import { naturalOrder } from 'pm-core/engine';
import { type FeatureConfig, featureNames, featuresSelect, readFeatureMatrix } from 'pm-core/features';
import type { Workbench } from '../base/workbench.ts';
import { selectMatrixRows } from '../training/select-rows.ts';
import type { LoadedVersion, RowsWithTime } from '../training/workflow.ts';
import { ensureFeatures, gridAnchor } from './feature-tables.ts';

/** Feature rows of the last weeks before the latest cutoff of the lake, with or without a label. */
export async function recentFeatureRows(
  bench: Workbench,
  config: FleetConfig,
  weeks: number,
): Promise<RowsWithTime> {
  await ensureFeatures(bench, config);
  const select = `SELECT *, NULL AS label FROM features
    WHERE window_end > (SELECT max(window_end) FROM features) - INTERVAL ${weeks * 7} DAY
    ORDER BY ${naturalOrder('machine_id')}, window_end`;
  const { matrix, machineIds, windowEnd } = await readFeatureMatrix(
    bench.engine,
    select,
    featureNames(config),
  );
  return { matrix, timing: { machineIds, windowEnd } };
}

/**
 * The same rows with the columns that a version was trained on, computed from the raw tables as its own workflow file says: for a
 * version whose features are not those of today. The rows as they are where nothing is missing, where the version says nothing of
 * its features, or where its cutoffs are others.
 */
export async function onOwnFeatures<Rows extends RowsWithTime>(
  { lake, engine }: Workbench,
  { model }: LoadedVersion,
  rows: Rows,
): Promise<Rows> {
  const own = ownFeatures(model);
  const inputs = model.signature.inputs.map(({ name }) => name);
  const isKnown = inputs.every((name) => rows.matrix.featureNames.includes(name));
  if (isKnown || own === undefined || rows.timing === undefined) return rows;
  const { machineIds, windowEnd } = rows.timing;
  const select = `SELECT *, NULL AS label FROM (${featuresSelect(own, { anchor: gridAnchor(lake.manifest) })})`;
  const found = await readFeatureMatrix(engine, select, featureNames(own));
  const keys = new Map(found.machineIds.map((id, row) => [`${found.windowEnd[row]} ${id}`, row]));
  const places = machineIds.map((id, row) => keys.get(`${windowEnd[row]} ${id}`));
  if (places.includes(undefined)) return rows;
  return { ...rows, matrix: selectMatrixRows(found.matrix, Int32Array.from(places as number[])) };
}

function ownFeatures({ facts }: LoadedVersion['model']): FeatureConfig | undefined {
  const parsed = FleetConfig.safeParse(facts?.config);
  return parsed.success ? parsed.data : undefined;
}
