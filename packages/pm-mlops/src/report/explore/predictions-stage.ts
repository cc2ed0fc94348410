import type { Chart, DrawChart, Plot } from '../chart.ts';
import { dataTable } from '../data-table.ts';
import { count, figure, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import type { PredictionsExploration, SamplePredictionsExploration } from './exploration.ts';
import { histogramChart } from './histogram-chart.ts';
import { tileList } from './tiles.ts';
import { timeChart } from './time-chart.ts';

/** What a version says of a fleet: how sure it is, when it raised an alarm, whom it fears for now and what it recommends. */
export function predictionsStage(found: PredictionsExploration, Plot: Plot, draw: DrawChart): Html {
  const { riskiest, actions, step, alerts } = found;
  return html`<section id="predictions">
<h2>Predictions</h2>
${tileList(tiles(found))}
</section>
<section>
<h2>Risk and alerts</h2>
<div class="charts two">${[
    draw(riskChart(found, Plot)),
    draw(timeChart(alerts.counts, { ...alerts, note: `Rows with an alert, by ${step}.`, step }, Plot)),
  ]}</div>
</section>
<section>
<h2>Where it stands now</h2>
<p>By the newest row of each machine.</p>
<div class="charts two top">${draw(machinesChart(found, Plot))}
<div class="card"><h3>Recommended actions</h3>
<p class="note">The saving is expected, in the unit of the workflow file's costs.</p>${dataTable({
    heading: ['action', 'machines', 'saving'],
    rows: actions.map((one) => [one.action, count(one.machines), figure(one.saving, 2)]),
  })}
<h3>Most at risk</h3>${dataTable({
    heading: ['machine', 'component', 'any failure', 'action', 'saving'],
    rows: riskiest.map((one) => [
      one.machineId,
      one.component,
      percent(one.anyFailure),
      one.action ?? '–',
      figure(one.saving, 2),
    ]),
  })}</div></div>
</section>
`;
}

function tiles({ version, rows, machines, from, to, actions }: PredictionsExploration) {
  const acting = actions.filter(({ action }) => action !== 'none');
  const total = acting.reduce((sum, one) => sum + one.machines, 0);
  const saving = acting.reduce((sum, one) => sum + (one.saving ?? 0), 0);
  return [
    ['Version', version, 'the last one that scored'],
    ['Rows', count(rows), `${from.slice(0, 10)} to ${to.slice(0, 10)}`],
    ['Machines', count(machines), `${count(total)} with an action now`],
    ['Expected saving', figure(saving, 2), 'of the actions recommended now'],
  ] as const;
}

function riskChart({ risk }: PredictionsExploration, Plot: Plot): Chart {
  const words = {
    title: 'Risk of any failure',
    note: 'All rows by the probability that some component fails in the window. The height is drawn as a square root, so that few rows are seen.',
    axis: 'probability',
  };
  const { plot, ...chart } = histogramChart(risk, words, Plot);
  return { ...chart, plot: { ...plot, y: { ...plot.y, type: 'sqrt' } } };
}

function machinesChart({ riskiest }: PredictionsExploration, Plot: Plot): Chart {
  return {
    title: 'The machines most at risk',
    note: 'Each machine’s probability that any component fails in the prediction window.',
    plot: {
      height: 50 + 18 * riskiest.length,
      marginLeft: 90,
      marginTop: 8,
      x: { label: 'probability', domain: [0, 1], tickFormat: percent, ticks: 4, grid: true },
      y: {
        label: null,
        domain: riskiest.map(({ machineId }) => machineId),
        tickSize: 0,
      },
      marks: [
        Plot.barX(riskiest, {
          x: 'anyFailure',
          y: 'machineId',
          fill: 'var(--series2)',
          insetTop: 2,
          insetBottom: 2,
        }),
        Plot.ruleX([0], { stroke: 'var(--faint)' }),
      ],
    },
    table: {
      heading: ['machine', 'any failure'],
      rows: riskiest.map(({ machineId, anyFailure }) => [machineId, figure(anyFailure, 4)]),
    },
  };
}

/** What a version says of rows of plain tables. */
export function samplePredictionsStage(
  { version, rows, risk, sources }: SamplePredictionsExploration,
  Plot: Plot,
  draw: DrawChart,
): Html {
  const positives = sources.reduce((sum, one) => sum + one.positives, 0);
  const words = {
    title: 'Probability of class 1',
    note: 'All scored rows.',
    axis: 'probability',
  };
  return html`<section id="predictions">
<h2>Predictions</h2>
${tileList([
  ['Version', version, 'the last one that scored'],
  ['Rows', count(rows), `in ${sources.length === 1 ? 'one file' : `${sources.length} files`}`],
  ['In class 1', percent(rows === 0 ? null : positives / rows), `${count(positives)} rows`],
])}
</section>
<section>
<h2>How sure it is</h2>
<div class="charts two">${draw(histogramChart(risk, words, Plot))}
<div class="card"><h3>By file</h3>${dataTable({
    heading: ['file', 'rows', 'in class 1'],
    rows: sources.map((one) => [one.source, count(one.rows), count(one.positives)]),
  })}</div></div>
</section>
`;
}
