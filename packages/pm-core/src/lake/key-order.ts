import { identifier, naturalOrder } from '../engine/index.ts';
import type { Table } from '../tables.ts';

/** Terms of an ORDER BY that put a table into the order of its key. */
export const keyOrder = ({ key }: Table): string =>
  key.map((name) => (name === 'machine_id' ? naturalOrder(identifier(name)) : identifier(name))).join(', ');
