import type { TableDigest } from 'pm-core/lake';
import type { TrainingRecord } from '../training/training-record.ts';

/** One thing that a model follows from and that is another one now. */
export interface Difference {
  readonly kind: 'data' | 'option' | 'seed' | 'code' | 'library';
  /** Such as `telemetry.volt`, `model.trees`, `duckdb`. */
  readonly name: string;
  /** In the run, and now. */
  readonly was: string;
  readonly is: string;
}

/** The parts of a workflow file that the bytes of a model depend on; others judge or use it. */
export const TRAINING_OPTIONS = [
  'features',
  'predictionWindowHours',
  'target',
  'split',
  'model',
  'calibration',
];

/**
 * Tables whose content differs, in the order of the record. Where the engine is another one its digests say nothing: only
 * numbers of rows are compared.
 */
export function dataDifferences(then: TrainingRecord, now: DataNow): Difference[] {
  const isComparable = then.libraries.duckdb === now.duckdb;
  const tables = Object.entries(then.tables).flatMap(([table, digest]): Difference[] => {
    const present = now.tables[table];
    if (present === undefined) return [data(table, rows(digest), 'the lake has no such table')];
    if (present.rows !== digest.rows) return [data(table, rows(digest), rows(present))];
    return isComparable ? columnDifferences(table, digest, present) : [];
  });
  const [was, is] = [then.gridAnchor ?? 'none', now.gridAnchor ?? 'none'];
  return was === is ? tables : [...tables, data('first instant of the grid', was, is)];
}

export interface DataNow extends Pick<TrainingRecord, 'tables' | 'gridAnchor'> {
  readonly duckdb: string;
}

function columnDifferences(table: string, was: TableDigest, is: TableDigest): Difference[] {
  const changed = Object.keys({ ...was.columns, ...is.columns }).filter(
    (name) => was.columns[name] !== is.columns[name],
  );
  const word = (digest: string | undefined) => (digest === undefined ? 'no such column' : `digest ${digest}`);
  return changed.map((name) => data(`${table}.${name}`, word(was.columns[name]), word(is.columns[name])));
}

const data = (name: string, was: string, is: string): Difference => ({ kind: 'data', name, was, is });
const rows = (digest: TableDigest): string => `${digest.rows} rows`;

/** Options of a workflow file that would make another model than those of the run. */
export function optionDifferences(then: object, now: object): Difference[] {
  const [was, is] = [leaves(then), leaves(now)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => TRAINING_OPTIONS.includes(name.split('.')[0]!) && was[name] !== is[name])
    .map((name) => ({
      kind: name.endsWith('seed') ? 'seed' : 'option',
      name,
      was: was[name] ?? 'not there',
      is: is[name] ?? 'not there',
    }));
}

/** A value's own texts by their path. */
function leaves(value: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) =>
      entry !== null && typeof entry === 'object' && !Array.isArray(entry)
        ? Object.entries(leaves(entry, `${prefix}${key}.`))
        : [[`${prefix}${key}`, Array.isArray(entry) ? entry.join(', ') : String(entry)]],
    ),
  );
}

/** Code first, then what it computes with. */
export function codeDifferences(
  then: Pick<TrainingRecord, 'code' | 'libraries'>,
  now: Pick<TrainingRecord, 'code' | 'libraries'>,
): Difference[] {
  const facts = (kind: 'code' | 'library', was: object, is: object): Difference[] => {
    const [before, after] = [leaves(was), leaves(is)];
    return Object.keys(before)
      .filter((name) => before[name] !== after[name])
      .map((name) => ({ kind, name, was: before[name]!, is: after[name]! }));
  };
  return [...facts('code', then.code, now.code), ...facts('library', then.libraries, now.libraries)];
}
