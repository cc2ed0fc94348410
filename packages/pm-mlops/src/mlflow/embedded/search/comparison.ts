import { invalid } from '../fault.ts';
import { createScanner, type Identifier, identifier, type Scanner } from './scanner.ts';

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

/** `entity.key operator operand` of a filter; the entity is undefined where only a key was written. */
export interface Comparison extends Identifier {
  readonly operator: Operator;
  /** Undefined for IS NULL and IS NOT NULL. */
  readonly operand: number | string | readonly string[] | undefined;
}

const patterns = {
  and: /AND\b/iy,
  sign: /[<>=!]+/y,
  like: /I?LIKE\b/iy,
  isNull: /IS\s+NULL\b/iy,
  isNotNull: /IS\s+NOT\s+NULL\b/iy,
  in: /IN\b/iy,
  notIn: /NOT\s+IN\b/iy,
  number: /-?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?(?![\p{L}\p{N}_.])/iuy,
  text: /'(?:''|\\'|[^'])*'|"(?:""|\\"|[^"])*"/y,
  open: /\(/y,
  comma: /,/y,
  close: /\)/y,
};
const signs: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/**
 * Parses a filter of MLflow's search language: comparisons joined by AND, keys quoted with backticks or double quotes.
 * An empty filter has none. Text has no escape: what stands between its quotes is taken as it is.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function parseFilter(filter: string): Comparison[] {
  const scanner = createScanner(filter);
  if (scanner.atEnd()) return [];
  const comparisons = [comparison(scanner)];
  while (!scanner.atEnd()) {
    if (scanner.take(patterns.and) === undefined) throw refusal(scanner, 'AND');
    comparisons.push(comparison(scanner));
  }
  return comparisons;
}

function comparison(scanner: Scanner): Comparison {
  const left = identifier(scanner);
  if (left === undefined) throw refusal(scanner, 'a name such as metrics.accuracy');
  const operator = operatorOf(scanner);
  return { ...left, operator, operand: operandOf(scanner, operator) };
}

function operatorOf(scanner: Scanner): Operator {
  const sign = scanner.take(patterns.sign);
  if (sign !== undefined && signs.has(sign)) return sign as Operator;
  const like = scanner.take(patterns.like);
  if (like !== undefined) return like.toUpperCase() as Operator;
  if (scanner.take(patterns.isNotNull) !== undefined) return 'IS NOT NULL';
  if (scanner.take(patterns.isNull) !== undefined) return 'IS NULL';
  if (scanner.take(patterns.notIn) !== undefined) return 'NOT IN';
  if (scanner.take(patterns.in) !== undefined) return 'IN';
  throw refusal(scanner, 'one of = != < <= > >= LIKE ILIKE IN, NOT IN, IS NULL, IS NOT NULL');
}

function operandOf(scanner: Scanner, operator: Operator): Comparison['operand'] {
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return undefined;
  if (operator === 'IN' || operator === 'NOT IN') return listOf(scanner);
  const number = scanner.take(patterns.number);
  return number === undefined ? textOf(scanner) : Number(number);
}

function listOf(scanner: Scanner): readonly string[] {
  if (scanner.take(patterns.open) === undefined) throw refusal(scanner, "a list such as ('a', 'b')");
  const items = [textOf(scanner)];
  while (scanner.take(patterns.comma) !== undefined) items.push(textOf(scanner));
  if (scanner.take(patterns.close) === undefined) throw refusal(scanner, ')');
  return items;
}

function textOf(scanner: Scanner): string {
  const text = scanner.take(patterns.text);
  if (text === undefined) throw refusal(scanner, 'a number or a quoted text');
  return text.slice(1, -1);
}

function refusal(scanner: Scanner, wanted: string): Error {
  return invalid(`Invalid clause(s) in filter string: '${scanner.rest()}' where ${wanted} was expected.`);
}
