import type { Chart, DrawChart, Plot } from '../chart.ts';
import { dataTable } from '../data-table.ts';
import { count, instant, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import type { FailureSeries, TelemetryExploration } from './exploration.ts';
import { histogramChart } from './histogram-chart.ts';
import { short } from './short.ts';
import { tileList } from './tiles.ts';
import { timeChart } from './time-chart.ts';

/** The raw rows of a fleet: what the sensors say, where they say nothing, what happened, and how it looks before a failure. */
export function telemetryStage(found: TelemetryExploration, Plot: Plot, draw: DrawChart): Html {
  const { step, events, failure } = found;
  return html`<section id="telemetry">
<h2>Telemetry and events</h2>
${tileList(tiles(found))}
</section>
<section>
<h2>What the sensors say</h2>
<p>All readings of all machines; the outermost bars hold what lies further out.</p>
<div class="charts two">${found.histograms.map((one) =>
    draw(
      histogramChart(one, { title: one.name, note: spread(found, one.name), axis: unitOf(one.name) }, Plot),
    ),
  )}</div>
</section>
${failure === undefined ? undefined : failureSection(failure, Plot, draw)}
<section>
<h2>What happened</h2>
<div class="charts">${events.map(({ title, kinds, counts }) =>
    draw(timeChart(counts, { title, note: `Of the whole fleet, by ${step}.`, kinds, step }, Plot)),
  )}</div>
</section>
${readingsSection(found, Plot, draw)}
`;
}

const UNITS: Readonly<Record<string, string>> = { volt: 'volt (V)', rotate: 'rotate (rpm)' };
const unitOf = (sensor: string): string => UNITS[sensor] ?? sensor;

function tiles(found: TelemetryExploration) {
  const { machines, readings, missingHours, from, to, events } = found;
  const happened = (title: string) =>
    count(events.find((one) => one.title === title)?.counts.reduce((sum, { rows }) => sum + rows, 0) ?? 0);
  return [
    ['Machines', count(machines), `${instant(from).slice(0, 10)} to ${instant(to).slice(0, 10)}`],
    [
      'Readings',
      count(readings),
      `${percent(missingHours / (readings + missingHours))} of the hours have none`,
    ],
    ['Failures', happened('Failures'), `${happened('Replacements')} replacements`],
    ['Errors', happened('Errors'), 'that stopped no machine'],
  ] as const;
}

function spread({ sensors }: TelemetryExploration, name: string): string {
  const own = sensors.find((one) => one.name === name)!;
  const nulls = own.nulls === 0 ? 'no null' : `${count(own.nulls)} nulls`;
  return `Mean ${short(own.mean)}, deviation ${short(own.std)}, from ${short(own.min)} to ${short(own.max)}; ${nulls}.`;
}

function readingsSection(found: TelemetryExploration, Plot: Plot, draw: DrawChart): Html {
  const gaps = found.mostGaps.filter(({ missingHours }) => missingHours > 0);
  const [fewest, most] = found.readingsByMachine;
  return html`<section>
<h2>Readings by machine</h2>
<div class="charts two">${
    fewest === most
      ? html`<div class="card"><h3>Readings of a machine</h3><p class="note">Each has ${count(most)}.</p></div>`
      : draw(readingsChart(found, Plot))
  }
<div class="card"><h3>Hours without a reading</h3>
<p class="note">Between a machine’s first and last reading. ${gaps.length === 0 ? 'There are none.' : 'Those with the most come first.'}</p>${
    gaps.length === 0
      ? undefined
      : dataTable({
          heading: ['machine', 'readings', 'missing hours'],
          rows: gaps.map((one) => [one.machineId, count(one.readings), count(one.missingHours)]),
        })
  }</div></div>
</section>`;
}

function readingsChart({ readingsPerMachine }: TelemetryExploration, Plot: Plot): Chart {
  const words = { title: 'Readings of a machine', note: 'How many machines have so many.', axis: 'readings' };
  const { plot, ...chart } = histogramChart(readingsPerMachine, words, Plot);
  return { ...chart, plot: { ...plot, y: { label: 'machines', ticks: 4, grid: true } } };
}

const EVENT_COLORS = { error: 'var(--series5)', replacement: 'var(--series3)' } as const;

function failureSection(failure: FailureSeries, Plot: Plot, draw: DrawChart): Html {
  const { machineId, component, failedAt, sensors } = failure;
  return html`<section>
<h2>One machine around a failure</h2>
<p>Machine ${machineId}: ${component} failed on ${instant(failedAt)} UTC, the line at 0. Dots below are errors and replacements.</p>
<div class="charts two">${sensors.map((sensor, i) => draw(seriesChart(failure, sensor, i, Plot)))}</div>
</section>
`;
}

function seriesChart({ readings, events }: FailureSeries, sensor: string, place: number, Plot: Plot): Chart {
  const points = readings.map(({ hours, values }) => ({ hours, value: values[place] ?? Number.NaN }));
  const lowest = Math.min(...points.map(({ value }) => value).filter(Number.isFinite));
  const marks = events.map((event) => ({ ...event, value: lowest }));
  return {
    title: `${sensor} around the failure`,
    note: 'Each hour from seven days before to two days after.',
    key: [
      { label: 'failure', color: 'var(--bad)' },
      { label: 'error', color: EVENT_COLORS.error, shape: 'circle' },
      { label: 'replacement', color: EVENT_COLORS.replacement, shape: 'circle' },
    ],
    plot: {
      height: 240,
      x: { label: 'hours from the failure', ticks: [-168, -120, -72, -24, 0, 48] },
      y: { label: unitOf(sensor), ticks: 4, grid: true },
      marks: [
        Plot.line(points, { x: 'hours', y: 'value', stroke: 'var(--series1)', strokeWidth: 1.4 }),
        Plot.ruleX([0], { stroke: 'var(--bad)', strokeWidth: 2 }),
        Plot.dot(marks, {
          x: 'hours',
          y: 'value',
          r: 4.5,
          fill: ({ kind }: (typeof marks)[number]) => EVENT_COLORS[kind],
        }),
      ],
      color: { type: 'identity' },
    },
    table: {
      heading: ['hours', sensor, 'event'],
      rows: points.map(({ hours, value }) => [
        String(hours),
        short(value),
        events
          .filter((event) => Math.floor(event.hours) === Math.floor(hours))
          .map(({ name }) => name)
          .join(', '),
      ]),
    },
  };
}
