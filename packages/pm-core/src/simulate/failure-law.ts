import type { COMPONENTS, ERROR_CODES, MACHINE_MODELS, SENSORS } from '../tables.ts';

export type Component = (typeof COMPONENTS)[number];
export type Sensor = (typeof SENSORS)[number];
export type ErrorCode = (typeof ERROR_CODES)[number];
export type MachineModel = (typeof MACHINE_MODELS)[number];

/** A sensor of a healthy machine: independent normal readings. The sign is added to them before a failure. */
export interface SensorLaw {
  readonly mean: number;
  readonly standardDeviation: number;
  /** Added to each reading in (failure − `signHours`, failure]. */
  readonly signShift: number;
}

/** How a component fails. Component i announces itself on sensor i: comp1 volt, comp2 rotate, comp3 pressure, comp4 vibration. */
export interface ComponentLaw {
  /** Chance of failing at one visit, of a component of full risk in a machine of factor 1. */
  readonly failureProbability: number;
  /** Codes logged `errorLeadHours` before the failure, always all of them; no two components share one. */
  readonly errorCodes: readonly ErrorCode[];
  /** Multiplies the chance in machines of that model. */
  readonly modelFactor: Readonly<Record<MachineModel, number>>;
}

/** Everything that decides what a simulated fleet does; the simulator draws from it and the planted ceiling scores by it. */
export interface FailureLaw {
  readonly sensors: Readonly<Record<Sensor, SensorLaw>>;
  readonly components: Readonly<Record<Component, ComponentLaw>>;
  /** Hours that the failing component's sensor is shifted before it fails. */
  readonly signHours: number;
  readonly errorLeadHours: number;
  /** Chance of each code in any one hour, on a healthy machine too. */
  readonly errorProbabilityPerHour: Readonly<Record<ErrorCode, number>>;
  /** Chance, in any hour without one, that a sensor starts a shift like the sign's in size and length with no failure to come. */
  readonly passingShiftProbabilityPerHour: number;
  /** A component younger than this never fails … */
  readonly minimumFailureAgeDays: number;
  /** … and its risk grows in proportion from there to its full value at this age. */
  readonly fullRiskAgeDays: number;
  /** Growth of every failure chance with each year of the machine's age beyond `referenceAgeYears`, as an exponent. */
  readonly ageExponentPerYear: number;
  readonly referenceAgeYears: number;
  /** Chance that a second component fails at the instant of a failure. */
  readonly secondFailureProbability: number;
  /** Chances of 0, 1, 2 planned replacements at a visit. */
  readonly plannedReplacements: {
    readonly withoutFailure: readonly [number, number, number];
    readonly withFailure: readonly [number, number, number];
  };
  /** How much likelier a component replaced at the visit before is to be replaced as planned than an older one. */
  readonly freshReplacementWeight: number;
  readonly visitIntervalDays: number;
  /** Visits, failures and replacements happen at this hour, UTC. */
  readonly visitHour: number;
  /** A machine's first visit lies this many days after the telemetry starts, each whole number equally likely. */
  readonly firstVisitDays: { readonly from: number; readonly to: number };
  /** Each component has one replacement before the telemetry, on one of `count` days `visitIntervalDays` apart. */
  readonly history: { readonly daysBeforeStart: number; readonly count: number };
  readonly modelShares: Readonly<Record<MachineModel, number>>;
  readonly maximumAgeYears: number;
}

/** A rate per machine-year as the chance in one hour. */
const perHour = (timesAYear: number): number => timesAYear / 8760;

/** Models 1 and 2 fail as a whole more often, and comp3 nearly only there. */
const oftenInOldModels = { model1: 1.1, model2: 1.1, model3: 0.95, model4: 0.95 };
const comp3Factor = { model1: 2.2, model2: 2.2, model3: 0.4, model4: 0.4 };

/**
 * The default law. Where a figure comes from:
 * - (files) measured on machines 1–12 of the public Azure PdM data, January to March 2015: 25,920 readings, 22 failures;
 * - (public) counts published for its 100 machines and whole year: 761 failures (comp1 192, comp2 259, comp3 131, comp4 179),
 *   3,919 errors (1,010, 988, 838, 727, 356), 3,286 replacements, models in shares of 16, 17, 35 and 32 %;
 * - (chosen) ours: the data doesn't settle it.
 */
export const FAILURE_LAW: FailureLaw = {
  // (files) readings away from any shift: volt 169.7 ± 14.9, rotate 451.0 ± 49.9, pressure 99.8 ± 9.9, vibration 40.0 ± 5.0, all
  // normal (skew and excess kurtosis below 0.04), lag-1 autocorrelation below 0.03. Shifts: +21 ± 1, −82 ± 2, +24 ± 1.5, +10.5 ± 0.5;
  // (public) +1.2, −1.4, +2.3, +2.0 standard deviations of all readings.
  sensors: {
    volt: { mean: 170, standardDeviation: 15, signShift: 19 },
    rotate: { mean: 450, standardDeviation: 50, signShift: -76 },
    pressure: { mean: 100, standardDeviation: 10, signShift: 24.5 },
    vibration: { mean: 40, standardDeviation: 5, signShift: 10.5 },
  },
  // (public) failures of each component; (files) the codes: 22 of 22 failures had exactly these, 24 h before, to the hour.
  components: {
    comp1: { failureProbability: 0.165, errorCodes: ['error1'], modelFactor: oftenInOldModels },
    comp2: { failureProbability: 0.265, errorCodes: ['error2', 'error3'], modelFactor: oftenInOldModels },
    comp3: { failureProbability: 0.13, errorCodes: ['error4'], modelFactor: comp3Factor },
    comp4: { failureProbability: 0.155, errorCodes: ['error5'], modelFactor: oftenInOldModels },
  },
  signHours: 48,
  errorLeadHours: 24,
  // (public) errors less those that announce a failure, a machine-year; (files) 26, 19, 18, 18 and 1 in 2.96 machine-years.
  errorProbabilityPerHour: {
    error1: perHour(8.2),
    error2: perHour(7.3),
    error3: perHour(5.8),
    error4: perHour(6.0),
    error5: perHour(1.8),
  },
  // (files) 54 in 2.96 machine-years, 2.5 for each failure, which leaves the first day of a sign, before its error, undecidable;
  // (chosen) 0.3 for each failure, so that a sign alone means a failure more often than not.
  passingShiftProbabilityPerHour: perHour(0.6),
  // (public) hardly any failure below 22 days; (files) of the components at a visit failed 0 of 92 up to 31 days of age, 5 of 33 up to
  // 60, 1 of 13 up to 90, 16 of 99 older ones.
  minimumFailureAgeDays: 22,
  fullRiskAgeDays: 75,
  // (chosen) (files) are too few to tell a growth from none.
  ageExponentPerYear: 0.015,
  referenceAgeYears: 10,
  // (public) two at one instant: 5 %.
  secondFailureProbability: 0.055,
  // (files) none, one, two beside a failure: 13, 6, 0 of 19; without: one 29, two 12, none not recorded.
  plannedReplacements: { withoutFailure: [0.1, 0.63, 0.27], withFailure: [0.7, 0.3, 0] },
  // (files) planned: 29 of 64 components at 15 days of age, 27 of 164 older ones.
  freshReplacementWeight: 5,
  // (files) every failure and replacement of 2015 stands at 06:00 on its machine's own 15-day rhythm.
  visitIntervalDays: 15,
  visitHour: 6,
  firstVisitDays: { from: 2, to: 16 },
  // (files) one replacement of each component from 2014-06-01 to 2014-12-28, on days 15 apart and out of step with 2015.
  history: { daysBeforeStart: 214, count: 15 },
  modelShares: { model1: 0.16, model2: 0.17, model3: 0.35, model4: 0.32 },
  maximumAgeYears: 20,
};
