import { precisionRecallCurve, rocCurve, thinCurve } from 'pm-core/metrics';
import { type Chart, type DrawChart, diagonal, type Plot, SHARE_AXIS } from '../chart.ts';
import type { EvaluationContent } from '../evaluation-content.ts';
import { percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { anyFailureSeries, classSeries, type Series } from '../series.ts';
import { reliabilityChart } from './reliability-chart.ts';

/** Points drawn of a curve; more cannot be told apart at this size. */
const MAX_POINTS = 150;

interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Precision–recall, ROC and reliability: what the probabilities are worth, whatever threshold is set. */
export function rankingSection(content: EvaluationContent, Plot: Plot, draw: DrawChart): Html {
  const series = classSeries(content.rows, content.evaluation);
  const all = content.rows.classes.length === 2 ? series : [anyFailureSeries(content.rows), ...series];
  const charts = [
    precisionChart(all, Plot),
    rocChart(all, Plot),
    reliabilityChart(all, Plot, content.before),
  ];
  return html`<section>
<h2>How well the probabilities rank and mean what they say</h2>
<div class="charts">${charts.map(draw)}</div>
</section>
`;
}

function precisionChart(series: readonly Series[], Plot: Plot): Chart {
  const curves = series.map(({ scores, isPositive }) => {
    const curve = precisionRecallCurve(scores, isPositive);
    return curve === null ? undefined : { x: curve.recall, y: curve.precision };
  });
  const levels = [0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
  return {
    title: 'Precision and recall',
    note: 'How much of what is said of a class is right (up) if the threshold is set to find this share of its rows (right).',
    key: series,
    plot: {
      x: { ...SHARE_AXIS, label: 'recall' },
      y: { ...SHARE_AXIS, label: 'precision', grid: true },
      marks: curveMarks(series, curves, Plot),
    },
    table: levelTable('recall at least', levels, series, curves, (curve, level) => {
      const at = curve.x.findIndex((recall) => recall >= level);
      return curve.y.subarray(at).reduce((best, precision) => Math.max(best, precision), 0);
    }),
  };
}

function rocChart(series: readonly Series[], Plot: Plot): Chart {
  const curves = series.map(({ scores, isPositive }) => {
    const curve = rocCurve(scores, isPositive);
    return curve === null ? undefined : { x: curve.falsePositiveRate, y: curve.truePositiveRate };
  });
  return {
    title: 'ROC',
    note: 'Share of a class’s rows that is found (up) for the share of other rows taken for it (right). The grey diagonal is chance.',
    key: series,
    plot: {
      x: { ...SHARE_AXIS, label: 'false positive rate' },
      y: { ...SHARE_AXIS, label: 'true positive rate', grid: true },
      marks: [diagonal(Plot, 1), ...curveMarks(series, curves, Plot)],
    },
    table: levelTable(
      'false positive rate up to',
      [0.001, 0.01, 0.05, 0.1, 0.2, 0.5],
      series,
      curves,
      (curve, level) => {
        const beyond = curve.x.findIndex((rate) => rate > level);
        return curve.y[beyond - 1] ?? 1;
      },
    ),
  };
}

function curveMarks(series: readonly Series[], curves: readonly (Curve | undefined)[], Plot: Plot) {
  return series.flatMap(({ color, dash }, i) => {
    const curve = curves[i];
    if (curve === undefined) return [];
    const points = Array.from(thinCurve(curve.x, curve.y, MAX_POINTS), (at) => [curve.x[at]!, curve.y[at]!]);
    return [
      Plot.line(points as [number, number][], { stroke: color, strokeDasharray: dash, strokeWidth: 2 }),
    ];
  });
}

function levelTable(
  name: string,
  levels: readonly number[],
  series: readonly Series[],
  curves: readonly (Curve | undefined)[],
  valueAt: (curve: Curve, level: number) => number,
) {
  return {
    heading: [name, ...series.map(({ label }) => label)],
    rows: levels.map((level) => [
      level < 0.01 ? `${level * 100} %` : percent(level),
      ...curves.map((curve) => (curve === undefined ? '–' : percent(valueAt(curve, level)))),
    ]),
  };
}
