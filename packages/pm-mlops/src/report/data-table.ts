import { type Html, html } from './html.ts';

/** Rows of text; the first cell of each names it, the others are figures. */
export interface DataTable {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table that scrolls inside itself where it is wider than the page. */
export function dataTable({ heading, rows }: DataTable): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="${heading.join(', ')}"><table>
<thead><tr>${heading.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody>
</table></div>`;
}

const row = ([name, ...cells]: readonly string[]): Html => html`<tr><th scope="row">${name}</th>${cells.map(
  (cell) => html`<td>${cell}</td>`,
)}</tr>
`;
