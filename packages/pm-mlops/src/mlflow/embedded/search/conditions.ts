import type { SQLInputValue } from 'node:sqlite';
import { invalid } from '../fault.ts';
import { type Comparison, type Operator, parseFilter } from './comparison.ts';
import type { Identifier } from './scanner.ts';

/** What a name in a filter or an order stands for in SQL. */
export interface Field {
  readonly kind: 'number' | 'text';
  /** The value's SQL expression. */
  readonly value: string;
  /** Where the value is in other rows: `SELECT 1 FROM … WHERE …`, which the comparison is added to. */
  readonly within?: { readonly sql: string; readonly values: readonly SQLInputValue[] };
  /** IN and NOT IN may be asked. */
  readonly lists?: boolean;
  /** IS NULL and IS NOT NULL may be asked: whether there is such a row. */
  readonly mayLack?: boolean;
  /** Of ordered rows, where those stand for which this is 1: after all others that have a value. */
  readonly isLast?: string;
  /** SQL's inequality, where it is not `!=`. */
  readonly differs?: 'IS NOT';
}

/** The field of a name. @throws Fault for a name that has none. */
export type FieldOf = (name: Identifier) => Field;

/** A part of a statement with the values of its `?`. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const numberOperators: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];
const textOperators: readonly Operator[] = ['=', '!=', 'LIKE', 'ILIKE'];

/**
 * The conditions of a filter, joined by AND; `TRUE` for an empty one.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function conditionsOf(filter: string | null | undefined, fieldOf: FieldOf): Sql {
  const conditions = parseFilter(filter ?? '').map((comparison) =>
    condition(comparison, fieldOf(comparison)),
  );
  return {
    sql: ['TRUE', ...conditions.map(({ sql }) => sql)].join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

function condition(comparison: Comparison, field: Field): Sql {
  const { operator, operand } = comparison;
  if (operand === undefined) return absence(comparison, field);
  const operators = field.kind === 'number' ? numberOperators : textOperators;
  const isList = typeof operand === 'object' && field.lists === true;
  const isValue = typeof operand === (field.kind === 'number' ? 'number' : 'string');
  if (!isList && !(isValue && operators.includes(operator))) throw unfit(comparison, field);
  const { sql, values } = test(comparison, field);
  if (field.within === undefined) return { sql, values };
  return { sql: `EXISTS (${field.within.sql} AND ${sql})`, values: [...field.within.values, ...values] };
}

function absence(comparison: Comparison, { within, mayLack }: Field): Sql {
  if (within === undefined || mayLack !== true) {
    throw invalid(
      `${comparison.operator} is only supported for tags and params, not for '${comparison.key}'.`,
    );
  }
  const not = comparison.operator === 'IS NULL' ? 'NOT ' : '';
  return { sql: `${not}EXISTS (${within.sql})`, values: within.values };
}

function test({ operator, operand }: Comparison, { value, differs }: Field): Sql {
  if (typeof operand === 'object') {
    return {
      sql: `${value} ${operator} (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(operand)],
    };
  }
  if (operator === 'ILIKE') return { sql: `lower(${value}) LIKE lower(?)`, values: [operand!] };
  return { sql: `${value} ${operator === '!=' ? (differs ?? '!=') : operator} ?`, values: [operand!] };
}

function unfit({ key, operator, operand }: Comparison, { kind, lists }: Field): Error {
  const operators = [
    ...(kind === 'number' ? numberOperators : textOperators),
    ...(lists ? ['IN', 'NOT IN'] : []),
  ];
  return invalid(
    `Invalid comparison of '${key}' by ${operator} with ${JSON.stringify(operand)}: it is a ${kind}, compared by one of ${operators.join(' ')}.`,
  );
}
