import type { FleetCostReport } from '../cost-report.ts';

/** Four components of which the model catches four of five failures with one false alert each; the calendar helps but the last. */
export function plantedCosts(): FleetCostReport {
  const at = (threshold: number, episodes: number, caughtFailures: number) => {
    const missedFailures = 5 - caughtFailures;
    return { threshold, episodes, caughtFailures, missedFailures, cost: 2 * episodes + 8 * missedFailures };
  };
  return {
    machineMonths: 50,
    perMachineMonth: { runToFailure: 3.2, ageReplacement: 2.9, model: 1.44 },
    components: ['comp1', 'comp2', 'comp3', 'comp4'].map((component, i) => ({
      component,
      unplannedFailure: 8,
      plannedReplacement: 2,
      failures: 5,
      model: at(0.5, 5, 4),
      curve: [at(0.25, 9, 4), at(0.5, 5, 4), at(1, 0, 0)],
      life: { shape: i === 3 ? 0.9 : 3, scaleDays: 150 },
      interval: i === 3 ? null : { intervalDays: 83.1, costPerDay: 0.03685, runToFailurePerDay: 0.059725 },
      calendar: i === 3 ? null : { plannedReplacements: 4, failures: 3, cost: 32 },
    })),
  };
}
