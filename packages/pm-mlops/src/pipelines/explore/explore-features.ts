import { CLASSES, type FleetConfig, hoursBetween } from 'pm-core';
import type { TableEngine } from 'pm-core/engine';
import {
  binsOver,
  correlate,
  countByBin,
  countOverTime,
  meansByGroup,
  separabilityOf,
  summarizeColumns,
  timeStepOf,
} from 'pm-core/explore';
import { featureNames } from 'pm-core/features';
import type { FeaturesExploration } from '../../report/explore/index.ts';

const BINS = 30;
/** Features that are drawn by label. */
const DRAWN = 6;
const CORRELATED_ROWS = 20_000;

/** The class of a row of labeled_features, `unknown` where its label is null. */
const LABEL = `CASE label WHEN ${CLASSES.map((name, i) => `${i} THEN '${name}'`).join(' WHEN ')} ELSE 'unknown' END`;
const KNOWN = 'features_with_label';

/** Summaries of labeled_features, which must be there and up to date. */
export async function exploreFeatures(
  engine: TableEngine,
  config: FleetConfig,
): Promise<FeaturesExploration> {
  const table = 'labeled_features';
  await engine.defineQuery(KNOWN, `SELECT * FROM ${table} WHERE label IS NOT NULL`);
  const [span] = await engine.query(`SELECT min(window_end) AS first, max(window_end) AS last FROM ${table}`);
  const step = timeStepOf(hoursBetween(`${span!.first}`, `${span!.last}`) / 24);
  const names = featureNames(config);
  const byLabel = await meansByGroup(engine, KNOWN, names, LABEL);
  const separability = separabilityOf(byLabel, CLASSES[0]);
  const summaries = await summarizeColumns(engine, table, names);
  const histograms = [];
  for (const { name } of separability.slice(0, DRAWN)) {
    const bins = binsOver(summaries.find((one) => one.name === name)!, BINS, { deviations: Infinity });
    histograms.push(await countByBin(engine, { table: KNOWN, column: name, group: LABEL }, bins));
  }
  const sample = { table, columns: names, key: ['machine_id', 'window_end'], rows: CORRELATED_ROWS };
  const counted = await engine.query(`SELECT ${LABEL} AS name, count(*) AS rows FROM ${table} GROUP BY ALL`);
  const labels = Object.fromEntries(counted.map(({ name, rows }) => [`${name}`, Number(rows)]));
  return {
    rows: Object.values(labels).reduce((sum, rows) => sum + rows, 0),
    labels,
    classes: CLASSES,
    step,
    balance: await countOverTime(engine, { table: KNOWN, time: 'window_end', group: LABEL }, step),
    summaries,
    separability,
    histograms: histograms.map((one) => ({ ...one, groups: inClassOrder(one.groups) })),
    correlations: await correlate(engine, sample),
  };
}

const inClassOrder = <Group extends { readonly name: string }>(groups: readonly Group[]): Group[] =>
  groups.toSorted((a, b) => placeOf(a.name) - placeOf(b.name));
const placeOf = (name: string): number => CLASSES.indexOf(name as (typeof CLASSES)[number]);
