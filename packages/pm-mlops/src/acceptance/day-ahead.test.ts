import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Run } from '../mlflow/index.ts';
import type { ListedVersion } from '../pipelines/listing.ts';
import { exported, type TrainDocument } from './testing/documents.ts';
import { SMALL_FLEET } from './testing/small-fleet.ts';
import { createWorkplace, type Workflow, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/day.yaml'];
const COMPONENTS = ['comp1', 'comp2', 'comp3', 'comp4'];
const COSTS = { unplannedFailure: 20, plannedReplacement: 3 };

/** The file that comes with the package, over a fleet and with a forest that take seconds. */
function dayAhead(): Workflow {
  const file = resolve(import.meta.dirname, '../../../../config/predictive-maintenance-24h.yaml');
  const { model, costs, name: _, ...shipped } = parse(readFileSync(file, 'utf8'));
  return {
    ...shipped,
    ...SMALL_FLEET,
    model: { ...model, trees: 20 },
    costs: { ...costs, comp2: COSTS },
    // Of a fleet so small `auto` may find that no curve helps.
    calibration: 'isotonic',
  };
}

describe('the workflow that looks one day ahead, with costs', () => {
  let place: Workplace;
  let run: Run;
  beforeAll(async () => {
    place = createWorkplace({ day: dayAhead() });
    await place.json('ingest', ...CONFIG);
    const { trackingRunId } = await place.json<TrainDocument>('train', ...CONFIG);
    run = await place.json<Run>('runs', 'show', trackingRunId, ...CONFIG);
    await place.json('promote', ...CONFIG);
    return place.remove;
  }, 60_000);

  it('knows the failures of the next day, and saves money by it', () => {
    expect(run.params).toMatchObject({ prediction_window_hours: '24', calibration: 'isotonic' });
    expect(run.tags).toMatchObject({ 'pm.calibration': 'isotonic' });
    const { metrics } = run;
    expect(metrics.test_macro_recall).toBeGreaterThan(0.5);
    const waiting = metrics.test_cost_per_machine_month_run_to_failure as number;
    expect(metrics.test_cost_per_machine_month_model).toBeLessThan(waiting);
    expect(metrics.test_cost_per_machine_month_age_replacement).toBeLessThanOrEqual(waiting);
    const { test_caught_failures: caught, test_missed_failures: missed } = metrics;
    expect((caught as number) + (missed as number)).toBeGreaterThan(5);
  });

  it('says how well its probabilities are calibrated, before and after', () => {
    for (const key of ['test_ece', 'test_ece_uncalibrated', 'test_log_loss_uncalibrated'])
      expect(run.metrics[key]).toBeGreaterThanOrEqual(0);
  });

  it('leaves a version that carries its thresholds, none below planned / failure', async () => {
    const { versions } = await place.json<{ versions: ListedVersion[] }>('models', 'list', ...CONFIG);
    expect(versions).toHaveLength(1);
    for (const component of COMPONENTS) {
      const threshold = run.metrics[`threshold_${component}`] as number;
      expect(threshold).toBeGreaterThanOrEqual(component === 'comp2' ? 0.15 : 0.25);
      expect(threshold).toBeLessThanOrEqual(1);
    }
  });

  it('recommends in each scored row what its own probabilities, thresholds and costs say', async () => {
    expect((await place.pm('score', ...CONFIG)).out).toMatch(/action +saving/);
    const rows = await exported(place, 'predictions');
    const acting = rows.filter((row) => row.recommended_action !== 'none');
    expect(acting.length).toBeGreaterThan(5);
    for (const row of rows) {
      const chances = COMPONENTS.map((name) => Number(row[`probability_${name}`]));
      const due = COMPONENTS.filter((name, i) => chances[i]! >= (run.metrics[`threshold_${name}`] as number));
      const component = row.recommended_action!.replace('replace ', '');
      if (due.length === 0) {
        expect([row.recommended_action, row.expected_saving]).toEqual(['none', '0']);
        continue;
      }
      expect(due).toContain(component);
      expect(Number(row.threshold)).toBe(run.metrics[`threshold_${component}`]);
      const [failure, planned] = component === 'comp2' ? [20, 3] : [8, 2];
      const saving = chances[COMPONENTS.indexOf(component)]! * failure - planned;
      expect(Number(row.expected_saving)).toBeCloseTo(saving, 9);
    }
  });

  it('shows it in the report', async () => {
    const page = place.files('mlartifacts').find((name) => name.endsWith('report.html'));
    const text = readFileSync(place.path('mlartifacts', page!), 'utf8');
    expect(text).toContain('What acting on it would have cost');
    expect(text).toContain('before calibration');
  });
});
