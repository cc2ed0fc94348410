import type { ComponentCosts, FleetCostReport } from '../../report/index.ts';

/** `test_cost_per_machine_month_…`, and what the alerts of the test period came to. */
export function costMetrics(report: FleetCostReport | undefined): Record<string, number> {
  if (report === undefined) return {};
  const { perMachineMonth: plans, components } = report;
  const total = (value: (one: ComponentCosts) => number) =>
    components.reduce((sum, one) => sum + value(one), 0);
  return {
    test_cost_per_machine_month_model: plans.model,
    test_cost_per_machine_month_run_to_failure: plans.runToFailure,
    test_cost_per_machine_month_age_replacement: plans.ageReplacement,
    test_alert_episodes: total(({ model }) => model.episodes),
    test_caught_failures: total(({ model }) => model.caughtFailures),
    test_missed_failures: total(({ model }) => model.missedFailures),
    ...Object.fromEntries(
      components.map(({ component, model }) => [`threshold_${component}`, model.threshold]),
    ),
  };
}

/** Each component's threshold, by name; empty where none was chosen. */
export const thresholdsOf = (report: FleetCostReport | undefined): Record<string, number> =>
  Object.fromEntries(report?.components.map(({ component, model }) => [component, model.threshold]) ?? []);
