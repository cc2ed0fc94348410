import type { Workflow } from './workplace.ts';

/** Twenty machines for 2,000 h: a whole training takes seconds; some 40 failures. */
export const SMALL_FLEET = Object.freeze({
  simulate: { machines: 20, hours: 2000, seed: 42, start: '2015-01-01T06:00:00' },
  split: { trainUntil: '2015-02-20T18:00:00', testFrom: '2015-02-27T18:00:00' },
  evaluate: { permutationRows: 100 },
});

/** A workflow over the small fleet with such a model. */
export const smallWorkflow = (model: Readonly<Record<string, unknown>>): Workflow => ({
  ...SMALL_FLEET,
  model,
});
