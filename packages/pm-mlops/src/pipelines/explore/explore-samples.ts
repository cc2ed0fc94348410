import { type TabularConfig, targetRule } from 'pm-core';
import { identifier, type TableEngine } from 'pm-core/engine';
import { correlate, separabilityOf, summarizeColumns } from 'pm-core/explore';
import { samplesTable } from 'pm-core/tabular';
import type { SamplesExploration } from '../../report/explore/index.ts';

const CORRELATED_ROWS = 20_000;
/** Bars of the target's histogram; a target of more values is rounded to bands. */
const TARGET_BARS = 20;

/** Summaries of the table samples, which must be there. */
export async function exploreSamples(
  engine: TableEngine,
  config: TabularConfig,
): Promise<SamplesExploration> {
  const { column, operator, value } = targetRule(config);
  const target = identifier(column);
  const group = `CASE WHEN ${target} ${operator} ${value} THEN '1' ELSE '0' END`;
  const [size] = await engine.query(
    `SELECT count(*) AS rows, count(*) FILTER (${group} = '1') AS positives FROM samples`,
  );
  const summaries = await summarizeColumns(engine, 'samples', config.features, group);
  const { key } = samplesTable(config);
  const columns = [...config.features, column];
  return {
    rows: Number(size!.rows),
    target: config.target,
    targetColumn: column,
    positives: Number(size!.positives),
    targetValues: await readTargetValues(engine, target, group),
    summaries,
    separability: separabilityOf(summaries, '0'),
    correlations: await correlate(engine, { table: 'samples', columns, key, rows: CORRELATED_ROWS }),
  };
}

async function readTargetValues(engine: TableEngine, target: string, group: string) {
  const [range] = await engine.query(
    `SELECT count(DISTINCT ${target}) AS distinct_values, (max(${target}) - min(${target})) / ${TARGET_BARS} AS band FROM samples`,
  );
  const value =
    Number(range!.distinct_values) <= TARGET_BARS
      ? target
      : `floor(${target} / ${Number(range!.band)}) * ${Number(range!.band)}`;
  const rows = await engine.query(
    `SELECT ${value} AS value, ${group} AS "group", count(*) AS rows FROM samples GROUP BY ALL ORDER BY value, "group"`,
  );
  return rows.map((row) => ({ value: Number(row.value), group: `${row.group}`, rows: Number(row.rows) }));
}
