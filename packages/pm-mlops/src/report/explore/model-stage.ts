import { type Chart, type DrawChart, dottedLine, type Plot, SHARE_AXIS } from '../chart.ts';
import { dataTable } from '../data-table.ts';
import { figure, instant } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { importancesSection } from '../sections/importances.ts';
import type { ModelExploration } from './exploration.ts';
import { tileList } from './tiles.ts';

/** A registered model: how good it is by its own test rows, how it was made, what came before it. */
export function modelStage(found: ModelExploration, Plot: Plot, draw: DrawChart): Html {
  const { version, stage, description, metrics, params } = found;
  return html`<section id="model">
<h2>Model</h2>
<p>Version ${version}, ${stage}. ${description}</p>
${tileList(tiles(found))}
</section>
<section>
<h2>Versions and classes</h2>
<div class="charts two">${[draw(historyChart(found, Plot)), draw(classChart(found, Plot))]}</div>
</section>
${importancesSection(found, Plot, draw)}
<section>
<h2>Figures and settings</h2>
<div class="pair">
<div class="card"><h3>Test metrics</h3>${dataTable({
    heading: ['metric', 'value'],
    rows: Object.entries(metrics)
      .sort()
      .map(([name, value]) => [name, figure(value, 4)]),
  })}</div>
<div class="card"><h3>Params</h3>${dataTable({ heading: ['param', 'value'], rows: Object.entries(params).sort().map(breakable) })}</div>
</div>
</section>
`;
}

/** A list may go on in the next line: it would push all other values out of sight. */
const breakable = ([name, value]: [string, string]) => [name, value.replaceAll(/,(?=\S)/g, ', ')];

function tiles({ metrics, version, stage }: ModelExploration) {
  const shown = [
    ['test_roc_auc', 'ROC AUC', '0.5 is chance'],
    ['test_macro_f1', 'Macro F1', 'mean over the classes that count'],
    ['test_accuracy', 'Accuracy', 'rows that are right'],
  ] as const;
  return [
    ['Version', version, stage] as const,
    ...shown.flatMap(([key, label, hint]) =>
      metrics[key] === undefined ? [] : [[label, figure(metrics[key]), hint] as const],
    ),
  ];
}

function historyChart({ history, scoreName }: ModelExploration, Plot: Plot): Chart {
  const points = history
    .flatMap(({ version, score }) => (score === null ? [] : [{ version: Number(version), score }]))
    .sort((a, b) => a.version - b.version);
  const isAlone = points.length === 1;
  return {
    title: `${scoreName} by version`,
    note: 'Each on its own test rows: comparable only where these are the same.',
    plot: {
      height: 240,
      x: {
        label: 'version',
        ticks: points.map(({ version }) => version).slice(-8),
        tickFormat: 'd',
        ...(isAlone && { domain: [points[0]!.version - 1, points[0]!.version + 1] }),
      },
      y: { ...SHARE_AXIS, label: scoreName, tickFormat: '.1f', grid: true },
      marks: dottedLine(Plot, points, { x: 'version', y: 'score', color: 'var(--series1)' }),
    },
    table: {
      heading: ['version', 'stage', 'created', 'algorithm', scoreName],
      rows: history.map((one) => [
        one.version,
        one.stage,
        instant(one.createdAt),
        one.algorithm,
        figure(one.score, 4),
      ]),
    },
  };
}

const FIGURES = [
  { key: 'recall', color: 'var(--series1)', shape: 'circle' },
  { key: 'precision', color: 'var(--series3)', shape: 'square' },
] as const;

function classChart({ classes, metrics }: ModelExploration, Plot: Plot): Chart {
  const found = classes.map((name) => ({
    name,
    values: FIGURES.map(({ key }) => metrics[`test_${key}_${name}`] ?? null),
  }));
  return {
    title: 'Recall and precision by class',
    note: 'On the test rows, row by row.',
    key: FIGURES.map(({ key, ...mark }) => ({ label: key, ...mark })),
    plot: {
      height: 60 + 36 * classes.length,
      marginLeft: 70,
      marginTop: 8,
      x: { ...SHARE_AXIS, label: null, grid: true },
      y: { label: null, domain: classes, tickSize: 0 },
      marks: FIGURES.map(({ color, shape }, i) =>
        Plot.dot(
          found.filter(({ values }) => values[i] !== null),
          {
            x: ({ values }: (typeof found)[number]) => values[i],
            y: 'name',
            symbol: shape,
            fill: color,
            r: 5.5,
          },
        ),
      ),
    },
    table: {
      heading: ['class', ...FIGURES.map(({ key }) => key)],
      rows: found.map(({ name, values }) => [name, ...values.map((value) => figure(value, 4))]),
    },
  };
}
