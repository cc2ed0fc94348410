import type { ColumnSummary } from 'pm-core/explore';
import type { Chart, DrawChart, Plot } from '../chart.ts';
import { count, figure, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import type { SamplesExploration } from './exploration.ts';
import { heatMapChart } from './heat-map.ts';
import { short } from './short.ts';
import { tileList } from './tiles.ts';

const CLASS_COLORS: Readonly<Record<string, string>> = { '0': 'var(--series1)', '1': 'var(--series2)' };

/** The rows of a plain table: the target, each feature by class, what goes together. */
export function samplesStage(found: SamplesExploration, Plot: Plot, draw: DrawChart): Html {
  const { rows, target, positives, summaries, separability, correlations } = found;
  const nulls = summaries.reduce((sum, one) => sum + one.nulls, 0);
  const features = separability.map(({ name }) => name);
  return html`<section id="samples">
<h2>Rows and target</h2>
${tileList([
  ['Rows', count(rows), `${features.length} features each`],
  ['In class 1', percent(rows === 0 ? null : positives / rows), target],
  ['Empty cells', count(nulls), 'nulls, of all features'],
])}
</section>
<section>
<h2>The target, and what goes with it</h2>
<div class="charts two">${[draw(targetChart(found, Plot)), draw(distanceChart(found, Plot))]}</div>
</section>
<section>
<h2>Each feature by class</h2>
<p>Boxes hold the middle half of the rows, with the median; lines reach from the 5 % to the 95 % quantile. The feature that tells the
classes apart best comes first.</p>
<div class="charts">${features.map((name) =>
    draw(
      boxChart(
        name,
        summaries.filter((one) => one.name === name),
        Plot,
      ),
    ),
  )}</div>
</section>
<section>
<h2>What goes together</h2>
<div class="charts two">${draw(
    heatMapChart(
      {
        title: 'Correlations',
        note: `Pearson’s r of each two columns on ${count(correlations.rows)} rows; columns are in the order of the rows.`,
        rows: correlations.names,
        columns: correlations.names,
        values: correlations.r,
        strongest: 1,
        namesColumns: false,
      },
      Plot,
    ),
  )}</div>
</section>
`;
}

function targetChart({ targetValues, targetColumn, target }: SamplesExploration, Plot: Plot): Chart {
  const values = [...new Set(targetValues.map(({ value }) => value))].sort((a, b) => a - b);
  return {
    title: `Histogram of ${targetColumn}`,
    note: `Class 1 is ${target}.`,
    key: ['1', '0'].map((group) => ({
      label: `class ${group}`,
      color: CLASS_COLORS[group]!,
      shape: 'square',
    })),
    plot: {
      x: { label: targetColumn, domain: values, tickFormat: short, labelArrow: 'none' },
      y: { label: 'rows', ticks: 4, grid: true, tickFormat: 's' },
      marks: [
        Plot.barY(targetValues, {
          x: 'value',
          y: 'rows',
          fill: ({ group }: (typeof targetValues)[number]) => CLASS_COLORS[group],
        }),
        Plot.ruleY([0], { stroke: 'var(--faint)' }),
      ],
      color: { type: 'identity' },
    },
    table: {
      heading: [targetColumn, 'class', 'rows'],
      rows: targetValues.map(({ value, group, rows }) => [short(value), group, count(rows)]),
    },
  };
}

function distanceChart({ separability }: SamplesExploration, Plot: Plot): Chart {
  const bars = separability.map(({ name, distance }) => ({ name, d: distance['1'] ?? 0 }));
  return {
    title: 'Distance of the classes',
    note: 'How far the mean of class 1 lies from that of class 0, in standard deviations (Cohen’s d).',
    plot: {
      height: 60 + 18 * bars.length,
      marginLeft: 160,
      marginTop: 8,
      x: { label: 'standard deviations', ticks: 5, grid: true },
      y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0 },
      marks: [
        Plot.barX(bars, {
          x: 'd',
          y: 'name',
          fill: ({ d }: { d: number }) => (d > 0 ? 'var(--good)' : 'var(--bad)'),
          insetTop: 2,
          insetBottom: 2,
        }),
        Plot.ruleX([0], { stroke: 'var(--faint)' }),
      ],
      color: { type: 'identity' },
    },
    table: { heading: ['feature', 'd'], rows: bars.map(({ name, d }) => [name, figure(d, 3)]) },
  };
}

function boxChart(name: string, groups: readonly ColumnSummary[], Plot: Plot): Chart {
  const boxes = groups.filter(({ q50 }) => q50 !== null);
  const color = ({ group }: ColumnSummary) => CLASS_COLORS[group];
  const y = ({ group }: ColumnSummary) => `class ${group}`;
  return {
    title: name,
    note: groups.map(({ group, q50 }) => `Median ${short(q50)} in class ${group}`).join(', '),
    plot: {
      height: 150,
      marginLeft: 64,
      marginTop: 8,
      marginBottom: 34,
      x: { label: null, ticks: 5, grid: true },
      y: { label: null, tickSize: 0 },
      marks: [
        Plot.ruleY(boxes, { x1: 'q05', x2: 'q95', y, stroke: color, strokeWidth: 2 }),
        Plot.barX(boxes, { x1: 'q25', x2: 'q75', y, fill: color, insetTop: 8, insetBottom: 8 }),
        Plot.tickX(boxes, {
          x: 'q50',
          y,
          stroke: 'var(--card)',
          strokeWidth: 3,
          insetTop: 8,
          insetBottom: 8,
        }),
      ],
      color: { type: 'identity' },
    },
    table: {
      heading: ['class', 'rows', 'null', 'mean', '5 %', '25 %', 'median', '75 %', '95 %'],
      rows: groups.map((one) => [
        one.group,
        count(one.rows),
        count(one.nulls),
        ...[one.mean, one.q05, one.q25, one.q50, one.q75, one.q95].map(short),
      ]),
    },
  };
}
