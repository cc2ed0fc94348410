import {
  type Evaluation,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityCurve,
} from 'pm-core/metrics';
import { type Chart, diagonal, dottedLine, type Plot } from '../chart.ts';
import { count, figure, percent } from '../figures.ts';
import type { Series } from '../series.ts';

/** Said probability against what came true. `before` is the evaluation without the model's calibration, if it has one. */
export function reliabilityChart(series: readonly Series[], Plot: Plot, before?: Evaluation): Chart {
  const curves = series.map(({ scores, isPositive }) => reliabilityCurve(scores, isPositive));
  const top = Math.max(...curves.flat().flatMap((bin) => [bin.meanScore, bin.positiveShare]));
  const axis = { domain: [0, top], tickFormat: percent, ticks: 5 };
  return {
    title: 'Reliability',
    note: `Said probability (right) and how often it came true (up), in 15 bins of equally many rows; on the grey diagonal the model means what it says. ${errorNote(series, curves, before)}`,
    key: series,
    plot: {
      x: { ...axis, label: 'mean probability' },
      y: { ...axis, label: 'share that came true', grid: true },
      marks: [
        diagonal(Plot, top),
        ...series.flatMap(({ color }, i) =>
          dottedLine(Plot, curves[i]!, { x: 'meanScore', y: 'positiveShare', color }),
        ),
      ],
    },
    table: {
      heading: ['class', 'rows', 'mean probability', 'share that came true'],
      rows: series.flatMap(({ label }, i) => curves[i]!.map((bin) => reliabilityRow(label, bin))),
    },
  };
}

/** The calibration error of each class and, where known, what it would be without the calibration. */
function errorNote(
  series: readonly Series[],
  curves: readonly (readonly ReliabilityBin[])[],
  before: Evaluation | undefined,
): string {
  const errors = series.map(({ label }, i) => {
    const uncalibrated = before?.byClass.find(({ name }) => name === label)?.calibrationError;
    const was = uncalibrated == null ? '' : ` (${figure(uncalibrated)} before calibration)`;
    return `${label} ${figure(expectedCalibrationError(curves[i]!))}${was}`;
  });
  return `ECE, the mean distance from the diagonal: ${errors.join(', ')}.`;
}

const reliabilityRow = (label: string, { rowCount, meanScore, positiveShare }: ReliabilityBin): string[] => [
  label,
  count(rowCount),
  figure(meanScore),
  figure(positiveShare),
];
