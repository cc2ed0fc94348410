import { expectedCalibrationError, type ReliabilityBin, reliabilityCurve } from 'pm-core/metrics';
import { type Chart, diagonal, dottedLine, type Plot } from '../chart.ts';
import { count, figure, percent } from '../figures.ts';
import type { Series } from '../series.ts';

/** Said probability against what came true. */
export function reliabilityChart(series: readonly Series[], Plot: Plot): Chart {
  const curves = series.map(({ scores, isPositive }) => reliabilityCurve(scores, isPositive));
  const top = Math.max(...curves.flat().flatMap((bin) => [bin.meanScore, bin.positiveShare]));
  const axis = { domain: [0, top], tickFormat: percent, ticks: 5 };
  return {
    title: 'Reliability',
    note: `Said probability (right) and how often it came true (up), in 15 bins of equally many rows; on the grey diagonal the model means what it says. It is not calibrated yet. ECE ${series.map(({ label }, i) => `${label} ${figure(expectedCalibrationError(curves[i]!))}`).join(', ')}.`,
    key: series,
    plot: {
      x: { ...axis, label: 'mean probability' },
      y: { ...axis, label: 'share that failed', grid: true },
      marks: [
        diagonal(Plot, top),
        ...series.flatMap(({ color }, i) =>
          dottedLine(Plot, curves[i]!, { x: 'meanScore', y: 'positiveShare', color }),
        ),
      ],
    },
    table: {
      heading: ['class', 'rows', 'mean probability', 'share that failed'],
      rows: series.flatMap(({ label }, i) => curves[i]!.map((bin) => reliabilityRow(label, bin))),
    },
  };
}

const reliabilityRow = (label: string, { rowCount, meanScore, positiveShare }: ReliabilityBin): string[] => [
  label,
  count(rowCount),
  figure(meanScore),
  figure(positiveShare),
];
