import { CLASSES } from 'pm-core';
import { openDuckDb, timestampLiteral } from 'pm-core/engine';
import { openLake } from 'pm-core/lake';
import { type Evaluation, evaluateClassifier } from 'pm-core/metrics';
import { plantedCeiling, type SimulationParameters, simulateFleet } from 'pm-core/simulate';
import { hoursToFailure, readFailures } from '../../pipelines/fleet/hours-to-failure.ts';

/**
 * The planted ceiling: how someone who knows the law of a simulated fleet scores the labelled rows of its lake with
 * window_end ≥ `testFrom`. `windowHours` must be that of the labels.
 */
export async function ceilingOf(
  lakeDirectory: string,
  { testFrom, windowHours }: { testFrom: string; windowHours: number },
): Promise<Evaluation> {
  const lake = openLake(lakeDirectory, { clock: () => new Date() });
  const { origin } = lake.manifest;
  if (origin?.kind !== 'simulator') throw new Error(`${lakeDirectory} holds no simulated fleet`);
  const engine = await openDuckDb();
  await lake.attach(engine);
  const { columns } = await engine.columns(
    `SELECT machine_id, window_end, label FROM labeled_features
     WHERE label IS NOT NULL AND window_end >= ${timestampLiteral(testFrom)}`,
    { machine_id: 'string', window_end: 'timestamp', label: 'int32' },
  );
  const rows = { machineIds: columns.machine_id, windowEnd: columns.window_end };
  const hours = hoursToFailure(rows, await readFailures(engine));
  engine.close();
  const fleet = simulateFleet(origin.arguments as unknown as SimulationParameters);
  const probabilities = plantedCeiling(
    fleet,
    { machineIds: columns.machine_id, cutoffsMs: columns.window_end },
    windowHours,
  );
  const predicted = columns.label.map((_, row) => {
    const own = probabilities.subarray(row * CLASSES.length, (row + 1) * CLASSES.length);
    return own.indexOf(Math.max(...own));
  });
  return evaluateClassifier({ classes: CLASSES, labels: columns.label, predicted, probabilities }, hours);
}
