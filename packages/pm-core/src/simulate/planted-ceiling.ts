import { CLASSES } from '../tables.ts';
import { plantedProbabilities } from './planted-probabilities.ts';
import type { Fleet } from './simulate-fleet.ts';
import { simulateMachine } from './simulate-machine.ts';

/** Rows of a feature table, in any order. */
export interface CeilingRows {
  /** As the simulator writes them: '1', '2' … */
  readonly machineIds: readonly string[];
  /** The cutoffs (window_end), milliseconds since 1970 UTC. */
  readonly cutoffsMs: ArrayLike<number>;
}

/**
 * {@link plantedProbabilities} of feature-table rows of a simulated lake: row-major, rows × 5. Simulates again each machine that
 * the rows name, so that the fleet's parameters and law are all it needs.
 * @throws RangeError for a machine that the fleet has not.
 */
export function plantedCeiling(fleet: Fleet, rows: CeilingRows, predictionWindowHours: number): Float32Array {
  const probabilities = new Float32Array(rows.machineIds.length * CLASSES.length);
  const rowsOf = Map.groupBy(rows.machineIds.keys(), (row) => rows.machineIds[row]!);
  for (const [machineId, rowNumbers] of rowsOf) {
    const machineNumber = Number(machineId);
    if (!(machineNumber >= 1 && machineNumber <= fleet.parameters.machines)) {
      throw new RangeError(`the fleet has no machine '${machineId}'`);
    }
    const machine = simulateMachine(fleet.law, fleet.parameters, machineNumber);
    const cutoffsMs = rowNumbers.map((row) => rows.cutoffsMs[row]!);
    const posterior = plantedProbabilities(machine, cutoffsMs, predictionWindowHours, fleet.law);
    rowNumbers.forEach((row, i) => {
      const classes = posterior.subarray(i * CLASSES.length, (i + 1) * CLASSES.length);
      probabilities.set(classes, row * CLASSES.length);
    });
  }
  return probabilities;
}
