import { COMPONENTS, hoursBetween } from 'pm-core';
import { literal, naturalOrder, type TableEngine } from 'pm-core/engine';
import { countByBin, countOverTime, timeStepOf } from 'pm-core/explore';
import type { PredictionsExploration, SamplePredictionsExploration } from '../../report/explore/index.ts';

const PROBABILITY_BINS = { from: 0, to: 1, count: 25 };
const RISKIEST = 15;
/** The component that failed most likely, of those that a row speaks of. */
const LIKELIEST = `CASE greatest(${COMPONENTS.map((name) => `probability_${name}`).join(', ')})
  ${COMPONENTS.map((name) => `WHEN probability_${name} THEN '${name}'`).join(' ')} END`;
/** Component of a row's alert: what is to be replaced, or where the model has no threshold what it says will fail; null: none. */
const ALERT = `CASE WHEN recommended_action LIKE 'replace %' THEN substr(recommended_action, 9)
  WHEN recommended_action IS NULL AND predicted_component <> 'none' THEN predicted_component END`;

/** Names the rows of the version that scored last; returns its number and how many they are. */
async function defineScored(
  engine: TableEngine,
  columns: string,
): Promise<{ version: string; rows: number }> {
  const [last] = await engine.query(
    'SELECT model_version FROM predictions ORDER BY scored_at DESC, model_version DESC LIMIT 1',
  );
  const version = `${last?.model_version ?? '–'}`;
  const condition = `model_version = ${literal(version)}`;
  await engine.defineQuery('scored', `SELECT *, ${columns} FROM predictions WHERE ${condition}`);
  const [size] = await engine.query('SELECT count(*) AS rows FROM scored');
  return { version, rows: Number(size!.rows) };
}

/** Summaries of the predictions of a fleet. */
export async function explorePredictions(engine: TableEngine): Promise<PredictionsExploration> {
  const found = await defineScored(
    engine,
    `1 - probability_none AS any_failure, ${LIKELIEST} AS likeliest, ${ALERT} AS alert`,
  );
  const [span] = await engine.query(
    'SELECT min(window_end) AS first, max(window_end) AS last, count(DISTINCT machine_id) AS machines FROM scored',
  );
  const [from, to] = [`${span!.first}`, `${span!.last}`];
  const step = timeStepOf(hoursBetween(from, to) / 24);
  await engine.defineQuery('alerts', 'SELECT window_end, alert FROM scored WHERE alert IS NOT NULL');
  const counts = await countOverTime(engine, { table: 'alerts', time: 'window_end', group: 'alert' }, step);
  return {
    ...found,
    machines: Number(span!.machines),
    from,
    to,
    risk: await countByBin(engine, { table: 'scored', column: 'any_failure' }, PROBABILITY_BINS),
    step,
    alerts: { title: 'Alerts over time', kinds: COMPONENTS, counts },
    ...(await readNewest(engine)),
  };
}

async function readNewest(
  engine: TableEngine,
): Promise<Pick<PredictionsExploration, 'riskiest' | 'actions'>> {
  await engine.defineQuery(
    'newest',
    'SELECT * FROM scored QUALIFY row_number() OVER (PARTITION BY machine_id ORDER BY window_end DESC) = 1',
    { materialized: true },
  );
  const machines = await engine.query(
    `SELECT machine_id, likeliest, any_failure, recommended_action, expected_saving FROM newest
     ORDER BY any_failure DESC, ${naturalOrder('machine_id')} LIMIT ${RISKIEST}`,
  );
  const actions = await engine.query(
    `SELECT coalesce(recommended_action, 'no threshold') AS action, count(*) AS machines, sum(expected_saving) AS saving
     FROM newest GROUP BY ALL ORDER BY machines DESC, action`,
  );
  const optional = (cell: unknown) => (cell === null ? null : Number(cell));
  return {
    riskiest: machines.map((row) => ({
      machineId: `${row.machine_id}`,
      component: `${row.likeliest}`,
      anyFailure: Number(row.any_failure),
      action: row.recommended_action as string | null,
      saving: optional(row.expected_saving),
    })),
    actions: actions.map((row) => ({
      action: `${row.action}`,
      machines: Number(row.machines),
      saving: optional(row.saving),
    })),
  };
}

/** Files whose rows are counted apart. */
const SHOWN_SOURCES = 50;

/** Summaries of the predictions of a workflow of plain tables. */
export async function exploreSamplePredictions(engine: TableEngine): Promise<SamplePredictionsExploration> {
  const found = await defineScored(engine, 'line AS row_line');
  const sources = await engine.query(
    `SELECT source, count(*) AS rows, count(*) FILTER (predicted_class = '1') AS positives
     FROM scored GROUP BY source ORDER BY rows DESC, source LIMIT ${SHOWN_SOURCES}`,
  );
  return {
    ...found,
    risk: await countByBin(engine, { table: 'scored', column: 'probability_1' }, PROBABILITY_BINS),
    sources: sources.map((row) => ({
      source: `${row.source}`,
      rows: Number(row.rows),
      positives: Number(row.positives),
    })),
  };
}
