import { CLASSES, formatTimestamp } from 'pm-core';
import { compareNatural, naturalOrder } from 'pm-core/engine';
import type { FeatureRows } from 'pm-core/features';
import type { Predictions } from 'pm-core/score';
import type { Workbench } from '../base/workbench.ts';
import type { Adviser } from './advise-rows.ts';

/** A machine whose last reading lies further back than this from the lake's last one is not scored: its figures are old. */
const SILENT_HOURS = 36;

/** What the model says of a machine at its newest scored cutoff. */
export interface MachineRisk {
  readonly machineId: string;
  readonly windowEnd: string;
  /** The component most likely to fail first, and the probability of that. */
  readonly component: string;
  readonly probability: number;
  /** Probability that any component fails in the prediction window. */
  readonly anyFailure: number;
  /** The model's decision: a component, or none. */
  readonly predicted: string;
  /** `replace COMPONENT` or `none`, by the model's thresholds; null where it has none. */
  readonly action: string | null;
  /** Of the action, in the unit of the costs; null where the model has no thresholds. */
  readonly expectedSaving: number | null;
}

/** Predictions and what to make of them. */
export interface AdvisedPredictions extends Predictions {
  readonly adviser: Adviser | undefined;
}

/** Which window each row of the predictions is of. */
export type ScoredWindows = Pick<FeatureRows, 'machineIds' | 'windowEnd'>;

/** A machine in the master data that has no reading in the last 36 h of the lake. */
export interface SilentMachine {
  readonly machineId: string;
  /** Null where there never was one. */
  readonly lastReadingAt: string | null;
}

/** One row a machine, the most likely to fail first; and the machines that have fallen silent, the longest first. */
export async function machineRisks(
  { engine }: Workbench,
  rows: ScoredWindows,
  predictions: AdvisedPredictions,
): Promise<{ risks: MachineRisk[]; notScored: SilentMachine[] }> {
  const silent = await engine.query(
    `WITH last_readings AS (SELECT machine_id, max(measured_at) AS last_reading_at FROM telemetry GROUP BY machine_id)
     SELECT machine_id, last_reading_at FROM machines LEFT JOIN last_readings USING (machine_id)
     WHERE coalesce(last_reading_at < (SELECT max(last_reading_at) FROM last_readings) - INTERVAL '${SILENT_HOURS}' HOUR, true)
     ORDER BY last_reading_at NULLS FIRST, ${naturalOrder('machine_id')}`,
  );
  const notScored = silent.map((row) => ({
    machineId: String(row.machine_id),
    lastReadingAt: row.last_reading_at === null ? null : String(row.last_reading_at),
  }));
  const left = new Set(notScored.map(({ machineId }) => machineId));
  const newest = new Map<string, number>();
  rows.machineIds.forEach((machineId, row) => {
    const known = newest.get(machineId);
    if (known === undefined || rows.windowEnd[row]! > rows.windowEnd[known]!) newest.set(machineId, row);
  });
  const risks = [...newest]
    .filter(([machineId]) => !left.has(machineId))
    .map(([, row]) => riskOf(row, rows, predictions))
    .sort((a, b) => b.anyFailure - a.anyFailure || compareNatural(a.machineId, b.machineId));
  return { risks, notScored };
}

function riskOf(row: number, rows: ScoredWindows, predictions: AdvisedPredictions): MachineRisk {
  const { label, probabilities, adviser } = predictions;
  const advice = adviser?.(predictions, row);
  const own = probabilities.subarray(row * CLASSES.length, (row + 1) * CLASSES.length);
  const failing = own.subarray(1);
  const likeliest = failing.indexOf(Math.max(...failing)) + 1;
  return {
    machineId: rows.machineIds[row]!,
    windowEnd: formatTimestamp(rows.windowEnd[row]!),
    component: CLASSES[likeliest]!,
    probability: own[likeliest]!,
    anyFailure: 1 - own[0]!,
    predicted: CLASSES[label[row]!]!,
    action: advice?.action ?? null,
    expectedSaving: advice?.expectedSaving ?? null,
  };
}
