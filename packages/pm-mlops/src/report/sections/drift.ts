import { type QuantileShift, quantileShifts } from 'pm-core/score';
import type { Chart, DrawChart, Plot } from '../chart.ts';
import type { EvaluationContent } from '../evaluation-content.ts';
import { figure, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';

const SHOWN = 12;
const AGEING =
  'This describes and decides nothing: seasons, replaced parts and ageing move features without doing harm.';
const DRAWN =
  'This describes and decides nothing. Rows of the same files, drawn at random, differ by chance alone; rows of another source need not.';

/** How the features of the test rows differ from those of training. */
export function driftSection(
  { trainingFeatures, matrix, timing }: EvaluationContent,
  Plot: Plot,
  draw: DrawChart,
): Html | undefined {
  if (trainingFeatures === undefined) return undefined;
  const shifts = quantileShifts(trainingFeatures, matrix);
  if (shifts.length === 0) return undefined;
  return html`<section>
<h2>Whether the data has changed since training</h2>
<div class="charts two">${draw(chart(shifts, Plot))}
<div class="aside"><p>Each bar of the chart is where the middle 90 % of a feature’s values lie in the test rows, its dot their median.
The grey band is where they lay in training. Bars that leave the band show values that the model saw seldom.</p>
<p>${timing === undefined ? DRAWN : AGEING}</p></div></div>
</section>
`;
}

function chart(shifts: readonly QuantileShift[], Plot: Plot): Chart {
  const shown = shifts.slice(0, SHOWN);
  return {
    title: 'Test rows against training',
    note: `The ${shown.length} features that moved most, of ${shifts.length}; 0 and 1 are the 5 % and 95 % quantile in training.`,
    plot: {
      height: 320,
      marginLeft: 206,
      marginTop: 8,
      x: { label: 'place in the training range', ticks: 4 },
      y: { label: null, domain: shown.map(({ feature }) => feature), tickSize: 0 },
      marks: [
        Plot.barX(shown, { x1: 0, x2: 1, y: 'feature', fill: 'var(--band)', insetTop: 2, insetBottom: 2 }),
        Plot.tickX(shown, { x: 'trainMedian', y: 'feature', stroke: 'var(--faint)', strokeWidth: 2 }),
        Plot.ruleY(shown, { x1: 'low', x2: 'high', y: 'feature', stroke: 'var(--series2)', strokeWidth: 3 }),
        Plot.dot(shown, { x: 'median', y: 'feature', fill: 'var(--series2)', r: 4.5 }),
      ],
    },
    table: {
      heading: [
        'feature',
        'greatest shift',
        'median in training',
        'median in test',
        'null in training',
        'null in test',
      ],
      rows: shifts.map((one) => [
        one.feature,
        figure(one.shift, 2),
        figure(one.trainMedian, 2),
        figure(one.median, 2),
        percent(one.trainNullFraction),
        percent(one.testNullFraction),
      ]),
    },
  };
}
