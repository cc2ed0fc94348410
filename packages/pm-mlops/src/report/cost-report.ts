import type { AgeReplacement, AlertCosts, CalendarCosts, Weibull } from 'pm-core/costs';

/** One component's alerts in the test period, in money. */
export interface ComponentCosts {
  readonly component: string;
  readonly unplannedFailure: number;
  readonly plannedReplacement: number;
  /** Failures in the test period: what replacing on failure pays for. */
  readonly failures: number;
  /** At the model's threshold. */
  readonly model: AlertCosts;
  /** By threshold, ascending. */
  readonly curve: readonly AlertCosts[];
  /** How long it lives, from the training period; null where there are too few failures to tell. */
  readonly life: Weibull | null;
  /** The best age to replace it at; null where the calendar cannot help. */
  readonly interval: AgeReplacement | null;
  /** What replacing at that age would have cost in the test period; null without an interval. */
  readonly calendar: CalendarCosts | null;
}

/** Cost of the test period under three plans, in the unit of the config's costs per machine and month (30.4 days). */
export interface PlanCosts {
  readonly runToFailure: number;
  /** Components that the calendar cannot help are replaced on failure. */
  readonly ageReplacement: number;
  readonly model: number;
}

/** What acting on the model's alerts would have cost a fleet in the test period, beside what it is held against. */
export interface FleetCostReport {
  /** Machine-months of the test period. */
  readonly machineMonths: number;
  readonly perMachineMonth: PlanCosts;
  readonly components: readonly ComponentCosts[];
}
