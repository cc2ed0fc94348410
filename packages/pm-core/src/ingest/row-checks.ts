import { identifier, literal } from '../engine/index.ts';
import {
  COMPONENTS,
  type Column,
  DICTIONARY,
  ERROR_CODES,
  type RawTable,
  SENSORS,
  SOURCE_FILES,
} from '../tables.ts';
import { cellOf, readingOf } from './cells.ts';

/** SQL type that holds the known machines in natural order: compares as fast as an integer. */
export const MACHINE_TYPE = 'ingest_machine';

const IS_UNKNOWN = 'is not in machines';
/** Why a row goes whose machine is not known (yet). */
export const UNKNOWN_MACHINE = `machineID ${IS_UNKNOWN}`;

/** A statement that reads and checks a file's rows. */
export interface CheckedRows {
  /** Columns of the table, and `fault`: 0 for a row to be kept, else 1 + the index of its reason. */
  select: string;
  reasons: readonly string[];
}

/** A column as it stands in the source and in the table. */
interface Pair {
  source: string;
  sqlType: string;
  target: Column;
}

const CODES: Record<string, readonly string[]> = { error_code: ERROR_CODES, component: COMPONENTS };
const isSensor = (name: string): boolean => (SENSORS as readonly string[]).includes(name);

/**
 * Reads and checks rows of a table. `rows` is a select with the source's columns, `sqlType` tells their types; except
 * for machines, the {@link MACHINE_TYPE} must exist. A row has the first reason that holds, in the order of the table's
 * columns; an empty sensor is null, and a row of four is rejected.
 */
export function checkedRows(table: RawTable, rows: string, sqlType: (column: string) => string): CheckedRows {
  const pairs = DICTIONARY[table].columns.map((target, i): Pair => {
    const source = SOURCE_FILES[table].columns[i]!;
    return { source, target, sqlType: sqlType(source) };
  });
  const checks = pairs.flatMap((pair) => columnChecks(table, pair));
  if (table === 'telemetry') {
    checks.push({
      reason: 'no sensor has a value',
      when: SENSORS.map((sensor) => `${identifier(sensor)} IS NULL`).join(' AND '),
    });
  }
  const cells = pairs.map(
    ({ source, sqlType, target }) => `${cellOf(source, sqlType, target.type)} AS ${cellName(target)}`,
  );
  const values = pairs.map((pair) => `${valueSql(table, pair)} AS ${identifier(pair.target.name)}`);
  const names = pairs.map(({ target }) => identifier(target.name)).join(', ');
  const faults = checks.map(({ when }, i) => `WHEN ${when} THEN ${i + 1}`).join('\n    ');
  return {
    select: `SELECT ${names}, CAST(CASE\n    ${faults} ELSE 0 END AS UTINYINT) AS fault
      FROM (SELECT *, ${values.join(', ')} FROM (SELECT ${cells.join(', ')} FROM (${rows})))`,
    reasons: checks.map(({ reason }) => reason),
  };
}

const cellName = (target: Column): string => identifier(`${target.name}_cell`);

function valueSql(table: RawTable, { target, sqlType }: Pair): string {
  const value = readingOf(sqlType, target.type)!(cellName(target));
  return target.name === 'machine_id' && table !== 'machines'
    ? `TRY_CAST(${value} AS ${MACHINE_TYPE})`
    : value;
}

interface Check {
  reason: string;
  when: string;
}

function columnChecks(table: RawTable, { source, sqlType, target }: Pair): Check[] {
  const value = identifier(target.name);
  const isTextNumber = sqlType === 'VARCHAR' && target.type === 'double';
  const cell = isTextNumber ? `nullif(trim(${cellName(target)}), '')` : cellName(target);
  const check = (reason: string, when: string): Check => ({ reason: `${source} ${reason}`, when });
  const checks = target.nullable ? [] : [check('is empty', `${cell} IS NULL`)];
  if (target.name === 'machine_id' && table !== 'machines') {
    checks.push(check(IS_UNKNOWN, `${value} IS NULL`));
  }
  if (target.type === 'timestamp') {
    checks.push(
      check('is not a timestamp such as 2015-01-01 06:00:00', `${value} IS NULL`),
      check(
        'is before 1970 or after 2199',
        `NOT (${value} >= TIMESTAMP '1970-01-01' AND ${value} < TIMESTAMP '2200-01-01')`,
      ),
    );
  }
  if (target.type === 'double') {
    const [range, text] = isSensor(target.name) ? ['> 0', 'above 0'] : ['>= 0', 'at least 0'];
    checks.push(
      check('is not a number', `${value} IS NULL AND ${cell} IS NOT NULL`),
      check(`is not finite and ${text}`, `NOT (isfinite(${value}) AND ${value} ${range})`),
    );
  }
  const codes = CODES[target.name];
  if (codes !== undefined) {
    const list = codes.map(literal).join(', ');
    checks.push(check(`is not one of ${codes.join(', ')}`, `${value} NOT IN (${list})`));
  }
  return checks;
}
