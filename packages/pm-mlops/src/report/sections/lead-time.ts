import { alarmLeads, type HoursBand, recallByHours, type TimedRows } from 'pm-core/metrics';
import { type Chart, type DrawChart, dottedLine, type Plot, SHARE_AXIS } from '../chart.ts';
import type { EvaluationContent, Timing } from '../evaluation-content.ts';
import { count, duration, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { timedRows } from '../verdict.ts';

/** Before this, data of the usual kind shows nothing of a failure to come. */
const SIGN_HOURS = 48;

/** What was known how long before the failures. */
export function leadTimeSection(content: EvaluationContent, Plot: Plot, draw: DrawChart): Html | undefined {
  const timed = timedRows(content);
  if (timed === undefined) return undefined;
  const bounds = steps(timed);
  const bands = recallByHours(timed, timed.hoursToFailure, bounds);
  return html`<section>
<h2>How long before a failure it is known</h2>
${boundedRecall(content, timed)}
<div class="charts">${[
    recallChart(bands, Plot),
    announcedChart(timed, bounds, Plot),
    precisionChart(timed, bounds, Plot),
  ].map(draw)}</div>
</section>
`;
}

/** 0, one step, two steps … up to the window. */
function steps({ stepHours, predictionWindowHours }: Timing): number[] {
  const whole = Array.from(
    { length: Math.floor(predictionWindowHours / stepHours) + 1 },
    (_, i) => i * stepHours,
  );
  return whole.at(-1) === predictionWindowHours ? whole : [...whole, predictionWindowHours];
}

function boundedRecall({ evaluation }: EvaluationContent, timed: TimedRows & Timing) {
  const { predictionWindowHours } = timed;
  if (predictionWindowHours <= SIGN_HOURS) return undefined;
  const [near, far] = recallByHours(timed, timed.hoursToFailure, [0, SIGN_HOURS, predictionWindowHours]);
  const before = near!.rowCount + far!.rowCount;
  if (before === 0) return undefined;
  return html`<p>A row counts as “before a failure” for all ${duration(predictionWindowHours)}, but wear usually shows only in the
last ${SIGN_HOURS} hours. Just ${percent(near!.rowCount / before)} of those rows lie that close to their failure, so the recall over
the whole window (${percent(evaluation.macro.recall)} by row) stays low for any model; what counts is how sure the last days are.</p>`;
}

function recallChart(bands: readonly HoursBand[], Plot: Plot): Chart {
  return {
    title: 'Recall by hours before the failure',
    note: 'Share of the rows so long before a failure for which its own component was named. The failure is at the right edge.',
    plot: {
      x: { label: 'hours before the failure', reverse: true, ticks: dayTicks(bands.at(-1)!.toHours) },
      y: { ...SHARE_AXIS, label: 'recall', grid: true },
      marks: [
        Plot.rectY(bands, {
          x1: 'fromHours',
          x2: 'toHours',
          y: (band) => band.recall ?? 0,
          fill: 'var(--series1)',
          inset: 0.5,
        }),
        Plot.ruleY([0], { stroke: 'var(--faint)' }),
      ],
    },
    table: {
      heading: ['hours before', 'rows', 'recall', 'any component named'],
      rows: bands.map((band) => [
        `${band.fromHours}–${band.toHours}`,
        count(band.rowCount),
        percent(band.recall),
        percent(band.recallAnyFailure),
      ]),
    },
  };
}

function announcedChart(timed: TimedRows, hours: readonly number[], Plot: Plot): Chart {
  const leads = alarmLeads(timed, hours.slice(1));
  return {
    title: 'Failures announced in time',
    note: 'Share of the failures with at least one right alarm so many hours before, or earlier.',
    plot: {
      x: { label: 'hours ahead, at least', domain: [0, hours.at(-1)!], ticks: dayTicks(hours.at(-1)!) },
      y: { ...SHARE_AXIS, label: 'failures announced', grid: true },
      marks: dottedLine(
        Plot,
        leads.filter(({ announcedShare }) => announcedShare !== null),
        { x: 'hours', y: 'announcedShare', color: 'var(--series1)' },
      ),
    },
    table: {
      heading: ['hours ahead', 'failures', 'announced', 'share'],
      rows: leads.map((lead) => [
        String(lead.hours),
        count(lead.observedFailures),
        count(lead.announcedFailures),
        percent(lead.announcedShare),
      ]),
    },
  };
}

function precisionChart(timed: TimedRows, hours: readonly number[], Plot: Plot): Chart {
  const leads = alarmLeads(timed, hours);
  return {
    title: 'How soon an alarm comes true',
    note: 'Share of the alarms whose component failed within so many hours after them: how urgent an alarm is.',
    plot: {
      x: {
        label: 'hours after the alarm, at most',
        domain: [0, hours.at(-1)!],
        ticks: dayTicks(hours.at(-1)!),
      },
      y: { ...SHARE_AXIS, label: 'alarms that were right', grid: true },
      marks: dottedLine(
        Plot,
        leads.filter(({ alarmPrecision }) => alarmPrecision !== null),
        { x: 'hours', y: 'alarmPrecision', color: 'var(--series3)' },
      ),
    },
    table: {
      heading: ['hours after', 'alarms that were right'],
      rows: leads.map(({ hours, alarmPrecision }) => [String(hours), percent(alarmPrecision)]),
    },
  };
}

/** Whole days, at most eight of them; hours for a window of a day or two. */
function dayTicks(hours: number): number[] {
  const step = hours <= 48 ? 12 : 24 * Math.ceil(hours / 24 / 8);
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, i) => i * step);
}
