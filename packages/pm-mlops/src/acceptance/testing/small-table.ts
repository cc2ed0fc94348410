import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from 'pm-core';
import type { Workflow } from './workplace.ts';

/** Plain tables of another shape than wine: two sites, three columns, spaces and units in their names. */
export const SMALL_TABLE: Workflow = {
  kind: 'tabular',
  files: [
    { name: 'north-*.csv', columns: { is_north: 1 } },
    { name: 'south.csv', columns: { is_north: 0 } },
  ],
  features: ['flow_l_min', 'temperature_c', 'is_north'],
  target: 'wear < 2',
  model: { trees: 20 },
  evaluate: { permutationRows: 100 },
};

/**
 * Writes `north-1.csv` (`,`), `north-2.csv` and `south.csv` (`;`), `rows` each. Wear is under 2 where the flow is over 5 in the
 * north and under 5 in the south; every tenth row is written twice.
 */
export function writeSmallTable(folder: string, rows = 120): void {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(3);
  const lines = (isNorth: boolean, delimiter: string) => {
    const drawn = Array.from({ length: rows }, () => {
      const flow = 10 * random();
      const wear = flow > 5 === isNorth ? 1 : 3;
      return [wear, 'a text', (20 + 5 * random()).toFixed(1), flow.toFixed(3)].join(delimiter);
    });
    const repeated = drawn.flatMap((line, i) => (i % 10 === 0 ? [line, line] : [line]));
    return `${['Wear', 'Note', 'Temperature (C)', '"Flow l/min"'].join(delimiter)}\n${repeated.join('\n')}\n`;
  };
  writeFileSync(join(folder, 'north-1.csv'), lines(true, ','));
  writeFileSync(join(folder, 'north-2.csv'), lines(true, ';'));
  writeFileSync(join(folder, 'south.csv'), lines(false, ';'));
}
