import type { ScoredRows } from './scored-rows.ts';

/** What the alarms were worth for a lead time of so many hours. */
export interface AlarmLead {
  readonly hours: number;
  /** Share of the alarms whose component failed within this time: (T, T + hours]. Null without an alarm. */
  readonly alarmPrecision: number | null;
  /** Failures with a row at least this long before: those that an alarm could have announced so early. */
  readonly observedFailures: number;
  /** Those of them with a right alarm at least this long before. */
  readonly announcedFailures: number;
  /** Announced among observed failures. Null without one. */
  readonly announcedShare: number | null;
}

/** The rows of one failure: its machine and instant, and how long before it the first right alarm was. */
export interface LabeledFailure {
  readonly machineId: string;
  readonly classNumber: number;
  /** Hours from the earliest right alarm among the rows to the failure; null where none was right. */
  readonly announcedHours: number | null;
  /** Hours from the earliest of its rows to the failure: no alarm could have been earlier. */
  readonly observedHours: number;
}

/** Scored rows with what tells their failures apart, one value a row. */
export interface TimedRows extends Pick<ScoredRows, 'labels' | 'predicted'> {
  readonly machineIds: readonly string[];
  /** The cutoff T, ms since 1970-01-01 UTC. */
  readonly windowEnd: ArrayLike<number>;
  /** From T to the failure that gave the label; read only where the label is not 0. */
  readonly hoursToFailure: ArrayLike<number>;
}

/** The failures behind the labels, each once however many rows lie before it, in the order of their first row. */
export function labeledFailures(rows: TimedRows): LabeledFailure[] {
  const failures = new Map<string, LabeledFailure>();
  for (let row = 0; row < rows.labels.length; row++) {
    const classNumber = rows.labels[row];
    if (classNumber === 0) continue;
    const hours = rows.hoursToFailure[row];
    const failedAtMs = Math.round(rows.windowEnd[row] + hours * 3_600_000);
    const machineId = rows.machineIds[row];
    const key = `${failedAtMs} ${machineId}`;
    const seen = failures.get(key);
    const isRight = rows.predicted[row] === classNumber;
    failures.set(key, {
      machineId,
      classNumber,
      announcedHours: isRight ? Math.max(hours, seen?.announcedHours ?? 0) : (seen?.announcedHours ?? null),
      observedHours: Math.max(hours, seen?.observedHours ?? 0),
    });
  }
  return [...failures.values()];
}

/**
 * Alarms by lead time: how many come true within so many hours, and how many failures they announce so long before.
 * An alarm is a row with any class but the first predicted.
 * @param hours leads to ask for, each ≥ 0.
 */
export function alarmLeads(rows: TimedRows, hours: readonly number[]): AlarmLead[] {
  const failures = labeledFailures(rows);
  let alarms = 0;
  const rightAfter: number[] = [];
  for (let row = 0; row < rows.labels.length; row++) {
    if (rows.predicted[row] === 0) continue;
    alarms++;
    if (rows.predicted[row] === rows.labels[row]) rightAfter.push(rows.hoursToFailure[row]);
  }
  return hours.map((lead) => {
    const observed = failures.filter(({ observedHours }) => observedHours >= lead);
    const announced = observed.filter(
      ({ announcedHours }) => announcedHours !== null && announcedHours >= lead,
    );
    return {
      hours: lead,
      alarmPrecision: share(rightAfter.filter((after) => after <= lead).length, alarms),
      observedFailures: observed.length,
      announcedFailures: announced.length,
      announcedShare: share(announced.length, observed.length),
    };
  });
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
