import type { Chart, DrawChart, Plot } from '../chart.ts';
import { dataTable } from '../data-table.ts';
import { count, figure, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { classColor } from '../series.ts';
import type { FeaturesExploration } from './exploration.ts';
import { heatMapChart } from './heat-map.ts';
import { histogramChart } from './histogram-chart.ts';
import { short } from './short.ts';
import { tileList } from './tiles.ts';
import { timeChart } from './time-chart.ts';

/** Features whose distances are drawn; the table has all. */
const SHOWN = 15;

/** The feature table: balance of the labels, what tells them apart, what goes together, what is missing. */
export function featuresStage(found: FeaturesExploration, Plot: Plot, draw: DrawChart): Html {
  const { classes, histograms } = found;
  const colors = Object.fromEntries(
    classes.map((name, i) => [name, i === 0 ? 'var(--text)' : classColor(i)]),
  );
  return html`<section id="features">
<h2>Features and labels</h2>
${tileList(tiles(found))}
</section>
<section>
<h2>What tells the labels apart</h2>
<div class="charts two">${draw(distanceChart(found, Plot))}${draw(balanceChart(found, Plot))}</div>
</section>
<section>
<h2>The features that tell most</h2>
<p>Outlines are shares of the rows of each label.</p>
<div class="charts">${histograms.map((one) =>
    draw(histogramChart(one, { title: one.name, note: 'By label.', axis: one.name, colors }, Plot)),
  )}</div>
</section>
<section>
<h2>What goes together, what is missing</h2>
<div class="charts two top">${[draw(correlationChart(found, Plot)), nullsPart(found, Plot, draw)]}</div>
</section>
<section>
<h2>All features</h2>
<div class="card">${dataTable({
    heading: ['feature', 'null', 'mean', 'deviation', 'least', '5 %', 'median', '95 %', 'greatest'],
    rows: found.summaries.map((one) => [
      one.name,
      percent(one.nulls / one.rows),
      ...[one.mean, one.std, one.min, one.q05, one.q50, one.q95, one.max].map(short),
    ]),
  })}</div>
</section>
`;
}

function tiles({ rows, labels, classes, summaries }: FeaturesExploration) {
  const unknown = labels.unknown ?? 0;
  const failing = classes.slice(1).reduce((sum, name) => sum + (labels[name] ?? 0), 0);
  const cells = summaries.reduce((sum, one) => sum + one.rows, 0);
  const nulls = summaries.reduce((sum, one) => sum + one.nulls, 0);
  return [
    ['Rows', count(rows), `${summaries.length} features each`],
    ['Before a failure', percent(failing / (rows - unknown)), `${count(failing)} of the rows with a label`],
    ['Label not known yet', count(unknown), 'too near the last reading'],
    ['Empty cells', percent(nulls / cells), 'nulls, of all features'],
  ] as const;
}

function distanceChart({ separability, classes }: FeaturesExploration, Plot: Plot): Chart {
  const shown = separability.slice(0, SHOWN);
  const names = classes.slice(1).filter((name) => shown.some(({ distance }) => name in distance));
  return heatMapChart(
    {
      title: 'Distance from healthy rows',
      note: `How far the mean lies before a failure of each component from that of rows before none, in standard deviations (Cohen’s d); the first ${shown.length} of ${separability.length} features.`,
      rows: shown.map(({ name }) => name),
      columns: names,
      values: shown.map(({ distance }) => names.map((name) => distance[name] ?? null)),
      strongest: Math.max(0.2, ...shown.map(({ greatest }) => greatest)),
      namesColumns: true,
    },
    Plot,
  );
}

function balanceChart({ balance, classes, step }: FeaturesExploration, Plot: Plot): Chart {
  const totals = new Map<string, number>();
  for (const { start, rows } of balance) totals.set(start, (totals.get(start) ?? 0) + rows);
  const words = {
    title: 'Labels over time',
    note: 'Share of the rows that lie before a failure, by its component.',
    kinds: classes.slice(1),
    step,
    totals,
  };
  return timeChart(balance, words, Plot);
}

function correlationChart({ correlations }: FeaturesExploration, Plot: Plot): Chart {
  const { names, r, rows } = correlations;
  return heatMapChart(
    {
      title: 'Correlations',
      note: `Pearson’s r of each two features on ${count(rows)} rows; columns are in the order of the rows.`,
      rows: names,
      columns: names,
      values: r,
      strongest: 1,
      namesColumns: false,
    },
    Plot,
  );
}

function nullsPart({ summaries }: FeaturesExploration, Plot: Plot, draw: DrawChart): Html {
  const holes = summaries.filter(({ nulls }) => nulls > 0).sort((a, b) => b.nulls - a.nulls);
  if (holes.length === 0)
    return html`<div class="card"><h3>Nulls</h3><p class="note">No feature has any.</p></div>`;
  const shares = holes.slice(0, SHOWN).map(({ name, nulls, rows }) => ({ name, share: nulls / rows }));
  return draw({
    title: 'Nulls',
    note: `Share of the rows without a value; ${shares.length} of ${holes.length} features that have any.`,
    plot: {
      height: 60 + 18 * shares.length,
      marginLeft: 206,
      marginTop: 8,
      x: { label: 'share of the rows', ticks: 3, tickFormat: '.2%', grid: true },
      y: { label: null, domain: shares.map(({ name }) => name), tickSize: 0 },
      marks: [
        Plot.barX(shares, { x: 'share', y: 'name', fill: 'var(--series1)', insetTop: 2, insetBottom: 2 }),
        Plot.ruleX([0], { stroke: 'var(--faint)' }),
      ],
    },
    table: {
      heading: ['feature', 'nulls', 'share'],
      rows: holes.map(({ name, nulls, rows }) => [name, count(nulls), figure(nulls / rows, 4)]),
    },
  });
}
