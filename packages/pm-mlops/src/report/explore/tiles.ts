import { type Html, html } from '../html.ts';

export type Tile = readonly [label: string, value: string, hint: string];

/** The few figures that people ask for first. */
export const tileList = (tiles: readonly Tile[]): Html => html`<dl class="tiles">${tiles.map(
  ([label, value, hint]) => html`<div><dt>${label}</dt><dd>${value}</dd><dd class="hint">${hint}</dd></div>`,
)}</dl>
`;
