import type { Chart, Plot } from '../chart.ts';
import { figure } from '../figures.ts';

export interface HeatMap {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** At [row][column]; null is an empty cell. */
  readonly values: readonly (readonly (number | null)[])[];
  /** The value, without sign, of the strongest colour. */
  readonly strongest: number;
  /** Whether the columns are named: many of them have no room for that. */
  readonly namesColumns: boolean;
}

const KEY = [
  { label: 'above 0', color: 'var(--good)', shape: 'square' },
  { label: 'below 0', color: 'var(--bad)', shape: 'square' },
] as const;

/** Cells of two colours by sign, the stronger the further from 0. */
export function heatMapChart(map: HeatMap, Plot: Plot): Chart {
  const { rows, columns, values, strongest, namesColumns } = map;
  const cells = rows.flatMap((row, i) =>
    columns.flatMap((column, j) => {
      const value = values[i]![j] ?? null;
      return value === null || Math.abs(value) < strongest / 100 ? [] : [{ row, column, value }];
    }),
  );
  return {
    title: map.title,
    note: map.note,
    key: KEY,
    plot: {
      height: Math.max(120, 24 + 13 * rows.length + (namesColumns ? 20 : 0)),
      marginLeft: 206,
      marginTop: 8,
      marginBottom: namesColumns ? 28 : 8,
      marginRight: 8,
      x: { label: null, domain: columns, tickSize: 0, padding: 0, ...(!namesColumns && { ticks: [] }) },
      y: { label: null, domain: rows, tickSize: 0, padding: 0 },
      marks: [
        Plot.cell(cells, {
          x: 'column',
          y: 'row',
          fill: ({ value }: { value: number }) => (value > 0 ? 'var(--good)' : 'var(--bad)'),
          fillOpacity: ({ value }: { value: number }) => Math.min(1, Math.abs(value) / strongest),
        }),
      ],
      color: { type: 'identity' },
      opacity: { type: 'identity' },
    },
    table: {
      heading: ['', ...columns],
      rows: rows.map((row, i) => [row, ...values[i]!.map((value) => figure(value, 2))]),
    },
  };
}
