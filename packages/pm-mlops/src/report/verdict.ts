import { type AlarmLead, alarmLeads, type TimedRows } from 'pm-core/metrics';
import type { EvaluationContent, Timing } from './evaluation-content.ts';
import { count, duration, percent } from './figures.ts';

/** Rows of which it is known whose they are and when; undefined in a workflow without time. */
export const timedRows = ({ rows, timing }: EvaluationContent): (TimedRows & Timing) | undefined =>
  timing === undefined ? undefined : { ...timing, labels: rows.labels, predicted: rows.predicted };

/** What the model is worth to someone who plans repairs, in one sentence. */
export function verdict(content: EvaluationContent): string {
  const { evaluation } = content;
  const timed = timedRows(content);
  if (timed === undefined) {
    const { accuracy, baseline, rowCount } = evaluation;
    return `Of ${count(rowCount)} test rows the model gets ${percent(accuracy)} right; always saying “${baseline.majorityClass}” would get ${percent(baseline.accuracy)}.`;
  }
  const { stepHours, predictionWindowHours } = timed;
  const early = leadOf(timed, stepHours);
  const right = leadOf(timed, predictionWindowHours).alarmPrecision;
  if (early.observedFailures === 0)
    return 'The test period holds no failure that could have been announced: it says nothing of how well the model does.';
  const announced = `Of ${count(early.observedFailures)} component failures in the test period${unlabeled(content, early.observedFailures)}, the model announced ${count(early.announcedFailures)} (${percent(early.announcedShare)}) at least ${duration(stepHours)} ahead`;
  return right === null
    ? `${announced}: it gave no alarm at all.`
    : `${announced}, and ${percent(right)} of its alarms named the component that then failed within ${duration(predictionWindowHours)}.`;
}

/** Says of failures that no label names, such as the second of two at one instant, that they are left out. */
function unlabeled({ failuresByComponent = {} }: EvaluationContent, observed: number): string {
  const all = Object.values(failuresByComponent).reduce((sum, failures) => sum + failures, 0);
  return all > observed ? ` that a label names (${count(all)} in all)` : '';
}

/** What the alarms were worth for one lead time. */
export const leadOf = (rows: TimedRows, hours: number): AlarmLead => alarmLeads(rows, [hours])[0]!;
