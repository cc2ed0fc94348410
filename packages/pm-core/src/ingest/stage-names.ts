import { identifier } from '../engine/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';

/** Names of a table's intermediate tables in the engine. */
export const stageNames = (table: RawTable) => ({
  stage: (file: number) => `ingest_${table}_${file}`,
  /** Rows of all files that are read, with `file` (from 0) and `place` in it. */
  rows: `ingest_${table}`,
  /** Those without a fault. */
  good: `ingest_good_${table}`,
  /** `file`, its name in the lake as `source`, and `since` (null: it comes now). */
  files: `ingest_files_${table}`,
  /** The lake's rows, of a table with a file a month those of the months that incoming rows are of; absent where there are none. */
  lake: `ingest_lake_${table}`,
  /** The instant of the lake's newest row of each machine as `newest`; absent for a table that it has not. */
  lakeNewest: `ingest_lake_newest_${table}`,
  /** The lake's {@link replacedName} rows. */
  lakeReplaced: `ingest_lake_replaced_${table}`,
  repeatedKeys: `ingest_repeated_${table}`,
  /** Good rows whose key the lake or another of them has. */
  met: `ingest_met_${table}`,
  /** `file`, `place`, `Verdict` of those that are not simply new. */
  verdicts: `ingest_verdicts_${table}`,
});

/** The lake's table of values that do not stand, beside each raw table that has values. */
export const replacedName = (table: RawTable): string => `replaced_${table}`;

/** Time of a table's rows; machines have none. */
export const timeColumn = (table: RawTable): string | undefined => {
  const key: readonly string[] = DICTIONARY[table].key;
  return key[1];
};

/** Time of a table that has a file a month in the lake. */
export const monthColumn = (table: RawTable): string | undefined =>
  table === 'telemetry' ? timeColumn(table) : undefined;

/** A table's columns apart from its key. */
export const valueColumns = (table: RawTable): string[] => {
  const key: readonly string[] = DICTIONARY[table].key;
  return DICTIONARY[table].columns.map(({ name }) => name).filter((name) => !key.includes(name));
};

/** A table's key for `USING` and `PARTITION BY`. */
export const keyList = (table: RawTable): string => DICTIONARY[table].key.map(identifier).join(', ');

/** Whether the values of two aliases are the same, nulls too. */
export const sameValues = (table: RawTable, a: string, b: string): string =>
  valueColumns(table)
    .map(identifier)
    .map((name) => `${a}.${name} IS NOT DISTINCT FROM ${b}.${name}`)
    .join(' AND ') || 'true';
