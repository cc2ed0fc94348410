import { invalid } from '../fault.ts';
import { createScanner, type Identifier, identifier } from './scanner.ts';

/** One clause of an order: a name, ascending unless DESC is said. */
export interface Ordering extends Identifier {
  readonly direction: 'ASC' | 'DESC';
}

const direction = /(ASC|DESC)\b/iy;

/**
 * Parses clauses such as `metrics.accuracy DESC`.
 * @throws Fault INVALID_PARAMETER_VALUE for what is none, or one name twice.
 */
export function parseOrder(clauses: readonly string[] | null | undefined): Ordering[] {
  const orderings = (clauses ?? []).map(parseClause);
  const names = new Set(orderings.map(({ entity, key }) => JSON.stringify([entity, key])));
  if (names.size < orderings.length) {
    throw invalid(`\`order_by\` contains duplicate fields: ${JSON.stringify(clauses)}`);
  }
  return orderings;
}

function parseClause(clause: string): Ordering {
  const scanner = createScanner(clause);
  const name = identifier(scanner);
  const said = scanner.take(direction);
  if (name === undefined || !scanner.atEnd()) {
    throw invalid(`Invalid order_by clause '${clause}'. Could not be parsed.`);
  }
  return { ...name, direction: said?.toUpperCase() === 'DESC' ? 'DESC' : 'ASC' };
}

/**
 * ORDER BY terms for orderings over the plain columns in `columns` (name → SQL), then `last` for those not named.
 * @throws Fault INVALID_PARAMETER_VALUE for a name without a column.
 */
export function orderTerms(
  orderings: readonly Ordering[],
  columns: Readonly<Record<string, string>>,
  last: Readonly<Record<string, 'ASC' | 'DESC'>>,
): string {
  const terms = orderings.map(({ entity, key, direction }) => {
    const column = Object.hasOwn(columns, key) ? columns[key] : undefined;
    if (column === undefined || (entity !== undefined && entity !== 'attribute')) {
      throw invalid(
        `Invalid order by key '${key}' specified. Valid keys are ${Object.keys(columns).join(', ')}.`,
      );
    }
    return [column, direction] as const;
  });
  const rest = Object.entries(last).filter(([column]) => !terms.some(([named]) => named === column));
  return [...terms, ...rest].map(([column, direction]) => `${column} ${direction}`).join(', ');
}
