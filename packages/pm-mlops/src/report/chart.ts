import type { PlotOptions } from '@observablehq/plot';
import { type DataTable, dataTable } from './data-table.ts';
import { percent } from './figures.ts';
import { type Html, html, trusted } from './html.ts';

/** One entry of a chart's key: a line of this dash, or a mark without one. */
export interface KeyEntry {
  readonly label: string;
  readonly color: string;
  readonly dash?: string;
  readonly shape?: 'line' | 'circle' | 'square';
}

export interface Chart {
  readonly title: string;
  /** What to look for, one or two sentences. */
  readonly note: string;
  readonly key?: readonly KeyEntry[];
  readonly plot: Omit<PlotOptions, 'document' | 'width'>;
  /** The same in numbers, for who cannot see it. */
  readonly table: DataTable;
}

/** Draws a chart as a figure of the page: SVG in the colours of its style sheet, key, table. */
export type DrawChart = (chart: Chart) => Html;

export type Plot = typeof import('@observablehq/plot');

/** The scale of a share, 0 to 1. */
export const SHARE_AXIS = { domain: [0, 1], tickFormat: percent, ticks: 5 };

/**
 * A line with a dot at each point. Not the library's markers: their ids count up over all charts of a process, and the same
 * content is to give the same bytes.
 */
export const dottedLine = <Point>(
  Plot: Plot,
  points: readonly Point[],
  { x, y, color }: { x: keyof Point & string; y: keyof Point & string; color: string },
) => [
  Plot.line(points, { x, y, stroke: color, strokeWidth: 2 }),
  Plot.dot(points, { x, y, fill: color, r: 3.5 }),
];

/** The line from (0, 0) to (end, end): what a curve is held against. */
export const diagonal = (Plot: Plot, end: number) =>
  Plot.line(
    [
      [0, 0],
      [end, end],
    ],
    { stroke: 'var(--faint)', strokeWidth: 1.5 },
  );

/** Units of the viewBox: text of 12 stays readable where a phone shows it 340 px wide. */
const WIDTH = 400;
const HEIGHT = 300;
/** Room for ticks and, below them, the axis label. */
const MARGINS = { marginLeft: 48, marginRight: 18, marginTop: 28, marginBottom: 46 };

/** Loads the plotting library and a DOM for it to draw in: some 200 ms, which only a report should pay for. */
export async function loadCharts(): Promise<{ readonly Plot: Plot; readonly draw: DrawChart }> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<html></html>');
  const draw = (chart: Chart) =>
    figureOf(
      chart,
      svgOf(Plot.plot({ height: HEIGHT, ...MARGINS, ...chart.plot, document, width: WIDTH }), chart.title),
    );
  return { Plot, draw };
}

/** What we use of an SVG element; the DOM's own types are not part of a program for Node. */
interface SvgElement {
  readonly outerHTML: string;
  querySelector(selector: string): { remove(): void } | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
}

/** The page's style sheet sizes and colours the SVG, so its own style and size go. */
function svgOf(svg: SvgElement, title: string): Html {
  svg.querySelector('style')?.remove();
  for (const name of ['width', 'height', 'font-family', 'font-size']) svg.removeAttribute(name);
  svg.setAttribute('class', 'plot');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `Chart: ${title}. The table below it has its numbers.`);
  return trusted(svg.outerHTML.replaceAll(/="[^"]*"/g, shortNumbers));
}

/** A hundredth of a unit is finer than any screen. */
const shortNumbers = (attribute: string): string => attribute.replaceAll(/(\d\.\d{2})\d+/g, '$1');

function figureOf({ title, note, key = [], table }: Chart, svg: Html): Html {
  return html`<figure>
<h3>${title}</h3>
<p class="note">${note}</p>
${key.length === 0 ? undefined : html`<ul class="key">${key.map(keyEntry)}</ul>`}
${svg}
<details><summary>Numbers of “${title}”</summary>${dataTable(table)}</details>
</figure>
`;
}

function keyEntry({ label, color, dash = 'none', shape = 'line' }: KeyEntry): Html {
  const mark = {
    line: html`<line x1="0" x2="26" y1="6" y2="6" stroke="${color}" stroke-width="2.5" stroke-dasharray="${dash}"/>`,
    circle: html`<circle cx="13" cy="6" r="6" fill="${color}"/>`,
    square: html`<rect x="8" y="1" width="10" height="10" fill="${color}"/>`,
  }[shape];
  return html`<li><svg viewBox="0 0 26 12" width="26" height="12" aria-hidden="true">${mark}</svg>${label}</li>`;
}
