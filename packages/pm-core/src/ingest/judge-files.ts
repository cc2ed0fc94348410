import type { TableEngine } from '../engine/index.ts';
import { DICTIONARY, type RawTable, SOURCE_FILES } from '../tables.ts';
import { stageNames } from './stage-names.ts';
import type { StagedFile } from './staged-file.ts';

/** The rows of a file that one reason rejects. */
export interface RejectGroup {
  reason: string;
  count: number;
  /** Place of the first among the staged rows, or, of misshapen rows, its line. */
  first: { place: number } | { line: number };
}

/** What became of a file's rows, as the engine counts it. */
export interface JudgedFile {
  staged: StagedFile;
  rowsIn: number;
  rejected: number;
  groups: readonly RejectGroup[];
}

/** Why a row goes whose key another one has. */
export function repeatReason(table: RawTable): string {
  const key = DICTIONARY[table].key.map((_, i) => SOURCE_FILES[table].columns[i]);
  return `an earlier row of the same ${key.join(', ')} has other values`;
}

/** `file` and `place` of the rows without a fault that go for {@link repeatReason}. */
export const contradictedRows = (table: RawTable): string =>
  `(SELECT file, place FROM ${stageNames(table).verdicts} WHERE verdict IN ('rejected', 'outvoted'))`;

/** Counts what is rejected in the files of a table. */
export async function judgeFiles(
  engine: TableEngine,
  table: RawTable,
  files: readonly StagedFile[],
): Promise<JudgedFile[]> {
  const names = stageNames(table);
  const faults = await engine.query(
    `SELECT file, fault, count(*) AS n, min(place) AS first FROM ${names.rows} WHERE fault > 0 GROUP BY file, fault ORDER BY file, fault`,
  );
  const contradicted = await engine.query(
    `SELECT file, count(*) AS n, min(place) AS first FROM ${contradictedRows(table)} GROUP BY file`,
  );
  return files.map((staged, i) => {
    const groups: RejectGroup[] = [
      ...[...staged.misshapen].map(([reason, { count, firstLine }]) => ({
        reason,
        count,
        first: { line: firstLine },
      })),
      ...faults
        .filter(({ file }) => file === i)
        .map(({ fault, n, first }) => ({
          reason: staged.reasons[Number(fault) - 1]!,
          count: Number(n),
          first: { place: Number(first) },
        })),
      ...contradicted
        .filter(({ file }) => file === i)
        .map(({ n, first }) => ({
          reason: repeatReason(table),
          count: Number(n),
          first: { place: Number(first) },
        })),
    ];
    const misshapenRows = sum([...staged.misshapen.values()].map(({ count }) => count));
    return {
      staged,
      rowsIn: staged.stagedRows + misshapenRows,
      rejected: sum(groups.map(({ count }) => count)),
      groups,
    };
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
