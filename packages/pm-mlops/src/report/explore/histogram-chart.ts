import type { Histogram } from 'pm-core/explore';
import type { Chart, Plot } from '../chart.ts';
import { count, percent } from '../figures.ts';
import { short } from './short.ts';

export interface HistogramWords {
  readonly title: string;
  readonly note: string;
  /** What is on the x axis. */
  readonly axis: string;
  /** Colour of each group; series1 where none is named. */
  readonly colors?: Readonly<Record<string, string>>;
}

/** Bars of one group; of several the outlines, each as a share of its own rows, so that a rare one is seen beside a frequent one. */
export function histogramChart(histogram: Histogram, words: HistogramWords, Plot: Plot): Chart {
  const { from, binWidth, groups } = histogram;
  const isShared = groups.length > 1;
  const bars = groups.flatMap(({ name, counts }) => {
    const total = counts.reduce((sum, one) => sum + one, 0);
    return counts.map((rows, bin) => ({
      name,
      x1: from + bin * binWidth,
      x2: from + (bin + 1) * binWidth,
      y: isShared ? rows / total : rows,
    }));
  });
  const color = (name: string) => words.colors?.[name] ?? 'var(--series1)';
  const steps = groups.map(({ name }) => {
    const own = bars.filter((bar) => bar.name === name);
    return Plot.line([...own, { ...own.at(-1)!, x1: own.at(-1)!.x2 }], {
      x: 'x1',
      y: 'y',
      stroke: color(name),
      strokeWidth: 2,
      curve: 'step-after',
    });
  });
  return {
    title: words.title,
    note: words.note,
    ...(isShared && { key: groups.map(({ name }) => ({ label: name, color: color(name) })) }),
    plot: {
      height: 240,
      x: { label: words.axis, ticks: 5 },
      y: isShared
        ? { label: 'share of its rows', tickFormat: percent, ticks: 4, grid: true }
        : { label: 'rows', ticks: 4, grid: true, tickFormat: 's' },
      marks: [
        ...(isShared
          ? steps
          : [
              Plot.rectY(bars, {
                x1: 'x1',
                x2: 'x2',
                y: 'y',
                fill: color(groups[0]?.name ?? ''),
                inset: 0.5,
              }),
            ]),
        Plot.ruleY([0], { stroke: 'var(--faint)' }),
      ],
    },
    table: {
      heading: [words.axis, ...groups.map(({ name }) => name || 'rows')],
      rows: (groups[0]?.counts ?? []).map((_, bin) => [
        `${short(from + bin * binWidth)} – ${short(from + (bin + 1) * binWidth)}`,
        ...groups.map(({ counts }) => count(counts[bin]!)),
      ]),
    },
  };
}
