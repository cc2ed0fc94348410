import type { Chart, DrawChart, Plot } from '../chart.ts';
import type { EvaluationContent, Importance } from '../evaluation-content.ts';
import { figure } from '../figures.ts';
import { type Html, html } from '../html.ts';

const SHOWN = 12;

/** Which features the model rests on, by two measures. */
export function importancesSection(
  { importances = [] }: Pick<EvaluationContent, 'importances'>,
  Plot: Plot,
  draw: DrawChart,
): Html | undefined {
  if (importances.length === 0) return undefined;
  return html`<section>
<h2>What the model looks at</h2>
<div class="charts two">${[
    draw(
      chart(importances, 'logLossRise', Plot, {
        title: 'Importance on test rows',
        note: 'How much worse the model gets (rise of the log loss) when the values of one feature are shuffled. Features that say the same share their importance.',
      }),
    ),
    draw(
      chart(importances, 'gain', Plot, {
        title: 'Importance in training',
        note: 'The share that splits on the feature had in telling the classes apart (gain).',
      }),
    ),
  ]}</div>
</section>
`;
}

function chart(
  importances: readonly Importance[],
  measure: 'gain' | 'logLossRise',
  Plot: Plot,
  words: { title: string; note: string },
): Chart {
  const ranked = importances.toSorted((a, b) => b[measure] - a[measure]);
  const shown = ranked.slice(0, SHOWN);
  return {
    ...words,
    note:
      ranked.length > SHOWN ? `${words.note} The first ${SHOWN} of ${ranked.length} are drawn.` : words.note,
    plot: {
      marginLeft: 206,
      marginTop: 8,
      x: { label: measure === 'gain' ? 'share of the gain' : 'rise of the log loss', ticks: 3, grid: true },
      y: { label: null, domain: shown.map(({ feature }) => feature), tickSize: 0 },
      marks: [
        Plot.barX(shown, { x: measure, y: 'feature', fill: 'var(--series1)', insetTop: 2, insetBottom: 2 }),
        Plot.ruleX([0], { stroke: 'var(--faint)' }),
      ],
    },
    table: {
      heading: ['feature', 'gain', 'log loss rise'],
      rows: ranked.map(({ feature, gain, logLossRise }) => [
        feature,
        figure(gain, 4),
        figure(logLossRise, 4),
      ]),
    },
  };
}
