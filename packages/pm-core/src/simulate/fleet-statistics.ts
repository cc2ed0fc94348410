import type { Cell, Row, TableEngine } from '../engine/index.ts';
import { COMPONENTS, ERROR_CODES, SENSORS } from '../tables.ts';
import type { Component, ErrorCode, Sensor } from './failure-law.ts';
import { EVENT_RATES, FAILURE_FACTS, SENSOR_FACTS, SPANS } from './statistics-select.ts';

/** Of one sensor's readings. */
export interface SensorStatistics {
  readonly mean: number;
  readonly standardDeviation: number;
  /** Correlation of a reading with its machine's reading before. */
  readonly lag1Autocorrelation: number;
  /**
   * Mean of the readings in (failure − 48 h, failure] of the sensor's own component, as standard deviations of all readings from
   * the mean of all; null without such a failure.
   */
  readonly signShift: number | null;
}

/**
 * What the five raw tables tell of a fleet, real or simulated. "PerYear" is a machine-year of telemetry of 365 days, in which
 * all events since a machine's first reading count. A share or ratio of nothing is null.
 */
export interface FleetStatistics {
  readonly machineCount: number;
  readonly machineYears: number;
  readonly meanAgeYears: number;
  readonly sensors: Readonly<Record<Sensor, SensorStatistics>>;
  /** Errors that do not stand exactly 24 h before a failure of their machine. */
  readonly backgroundErrorsPerYear: Readonly<Record<ErrorCode, number>>;
  readonly failuresPerYear: Readonly<Record<Component, number>>;
  /** Replacements that no failure caused. */
  readonly plannedReplacementsPerYear: number;
  /** Of two successive instants of replacement on a machine: they lie a multiple of 15 days apart. */
  readonly inRhythmShare: number | null;
  /** Of the failures: their component was replaced at the same instant. */
  readonly replacedAtFailureShare: number | null;
  /** Mean number of errors exactly 24 h before a failure (two failures at one instant count the same errors each). */
  readonly errorsPerFailure: number | null;
  /** Of the instants with a failure: there are two. */
  readonly twoAtOnceShare: number | null;
  /** Of the failures of a component with an earlier replacement: its age is a multiple of 15 days. */
  readonly multipleOf15DaysShare: number | null;
  /** … its age is below 22 days. */
  readonly below22DaysShare: number | null;
  /** Failures per machine-year of models 1 and 2, over those of models 3 and 4. */
  readonly oldModelFailureRatio: number | null;
}

/** Computes them from an engine's tables machines, telemetry, errors, maintenance and failures (lake names; DuckDB's SQL). */
export async function fleetStatistics(engine: TableEngine): Promise<FleetStatistics> {
  const spans = await firstRow(engine, SPANS);
  const events = await firstRow(engine, EVENT_RATES);
  const failures = await firstRow(engine, FAILURE_FACTS);
  const sensors: Partial<Record<Sensor, SensorStatistics>> = {};
  for (const sensor of SENSORS) {
    const facts = await firstRow(engine, SENSOR_FACTS[sensor]);
    sensors[sensor] = {
      mean: Number(facts.mean),
      standardDeviation: Number(facts.standard_deviation),
      lag1Autocorrelation: Number(facts.lag_1),
      signShift: numberOrNull(facts.sign_shift),
    };
  }
  const machineYears = Number(spans.machine_years);
  const perYear = (count: Cell | undefined) => Number(count ?? 0) / machineYears;
  return {
    machineCount: Number(spans.machines),
    machineYears,
    meanAgeYears: Number(spans.mean_age),
    sensors: sensors as Record<Sensor, SensorStatistics>,
    backgroundErrorsPerYear: byName(ERROR_CODES, (code) => perYear(events[code])),
    failuresPerYear: byName(COMPONENTS, (component) => perYear(failures[component])),
    plannedReplacementsPerYear: perYear(events.planned),
    inRhythmShare: numberOrNull(events.in_rhythm),
    replacedAtFailureShare: numberOrNull(failures.replaced),
    errorsPerFailure: numberOrNull(failures.errors_per_failure),
    twoAtOnceShare: numberOrNull(failures.two_at_once),
    multipleOf15DaysShare: numberOrNull(failures.multiple_of_15_days),
    below22DaysShare: numberOrNull(failures.below_22_days),
    oldModelFailureRatio: numberOrNull(failures.old_model_ratio),
  };
}

const firstRow = async (engine: TableEngine, sql: string): Promise<Row> => (await engine.query(sql))[0]!;

const numberOrNull = (cell: Cell | undefined): number | null =>
  cell === null || cell === undefined ? null : Number(cell);

const byName = <Name extends string>(names: readonly Name[], value: (name: Name) => number) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, number>;
