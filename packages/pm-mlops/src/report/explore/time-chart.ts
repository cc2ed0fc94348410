import type { CountOverTime, TimeStep } from 'pm-core/explore';
import type { Chart, Plot } from '../chart.ts';
import { count, percent } from '../figures.ts';
import { classColor } from '../series.ts';

export interface TimeWords {
  readonly title: string;
  readonly note: string;
  /** In the order of the stack. */
  readonly kinds: readonly string[];
  readonly step: TimeStep;
  /** Shares of what a step holds instead of its rows: the rows of each step by its start. */
  readonly totals?: ReadonlyMap<string, number>;
}

/** A bar for each day, week or month, its kinds stacked. */
export function timeChart(counts: readonly CountOverTime[], words: TimeWords, Plot: Plot): Chart {
  const { kinds, step, totals } = words;
  const bars = counts
    .filter(({ group }) => kinds.includes(group))
    .map(({ start, group, rows }) => {
      const from = new Date(`${start}Z`);
      const share = totals === undefined ? rows : rows / (totals.get(start) ?? rows);
      return { x1: from, x2: endOf(from, step), group, y: share };
    });
  const starts = [...new Set(counts.map(({ start }) => start))].sort();
  const at = (start: string, kind: string) =>
    counts.find((one) => one.start === start && one.group === kind)?.rows ?? 0;
  return {
    title: words.title,
    note: words.note,
    key: kinds.map((label, i) => ({ label, color: classColor(i + 1), shape: 'square' })),
    plot: {
      height: 240,
      x: { type: 'utc', label: null, ticks: 5 },
      y: totals
        ? { label: 'share of the rows', tickFormat: percent, ticks: 4, grid: true }
        : { label: `number a ${step}`, ticks: 4, grid: true },
      marks: [
        Plot.rectY(
          bars,
          Plot.stackY({
            x1: 'x1',
            x2: 'x2',
            y: 'y',
            fill: ({ group }: { group: string }) => classColor(kinds.indexOf(group) + 1),
            order: ({ group }: { group: string }) => kinds.indexOf(group),
            inset: 0.4,
          }),
        ),
        Plot.ruleY([0], { stroke: 'var(--faint)' }),
      ],
      color: { type: 'identity' },
    },
    table: {
      heading: [`${step} from`, ...kinds],
      rows: starts.map((start) => [start.slice(0, 10), ...kinds.map((kind) => count(at(start, kind)))]),
    },
  };
}

const DAY_MS = 86_400_000;

function endOf(start: Date, step: TimeStep): Date {
  if (step === 'month') return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
  return new Date(start.getTime() + (step === 'week' ? 7 : 1) * DAY_MS);
}
