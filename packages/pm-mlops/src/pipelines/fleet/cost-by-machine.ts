import { COMPONENTS, type FleetConfig } from 'pm-core';
import { alertCosts, type Instants } from 'pm-core/costs';
import type { GroupTotals } from 'pm-core/gate';
import type { Workbench } from '../base/workbench.ts';
import type { LabeledRows } from '../training/training-data.ts';
import type { ThresholdedScores } from '../training/workflow.ts';
import { readFleetHistory } from './fleet-history.ts';

/**
 * What acting on a version's alerts would have cost on each machine over the period of the rows, machines in the order of their first
 * row. Undefined for a version without a threshold for each component.
 */
export async function costByMachine(
  { engine }: Workbench,
  { costs, predictionWindowHours }: FleetConfig,
  { timing, classes }: LabeledRows,
  { probabilities, thresholds }: ThresholdedScores,
): Promise<GroupTotals | undefined> {
  if (timing === undefined || COMPONENTS.some((name) => thresholds[name] === undefined)) return undefined;
  const history = await readFleetHistory(engine);
  const machines = [...Map.groupBy(timing.machineIds.keys(), (row) => timing.machineIds[row]!)];
  const values = Float64Array.from(machines, ([machineId, rows]) => {
    const only = (instants: Instants): Instants =>
      new Map([[machineId, instants.get(machineId) ?? new Float64Array(0)]]);
    return COMPONENTS.reduce((sum, component, index) => {
      const scored = {
        machineIds: rows.map(() => machineId),
        windowEnd: rows.map((row) => timing.windowEnd[row]!),
        probability: rows.map((row) => probabilities[row * classes.length + index + 1]!),
      };
      const { failures, replacements } = history[component];
      const own = { failures: only(failures), replacements: only(replacements) };
      const judgement = { history: own, costs: costs[component], predictionWindowHours };
      return sum + alertCosts(scored, thresholds[component]!, judgement).cost;
    }, 0);
  });
  return { groupCount: machines.length, width: 1, values };
}
