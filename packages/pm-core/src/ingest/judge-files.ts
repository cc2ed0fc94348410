import type { TableEngine } from '../engine/index.ts';
import { DICTIONARY, type RawTable, SOURCE_FILES } from '../tables.ts';
import { stageNames } from './repeats.ts';
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
  exactDuplicates: number;
  groups: readonly RejectGroup[];
}

/** Why a row goes whose key another one has. */
export function repeatReason(table: RawTable): string {
  const key = DICTIONARY[table].key.map((_, i) => SOURCE_FILES[table].columns[i]);
  return `an earlier row of the same ${key.join(', ')} has other values`;
}

/** Counts what is rejected and repeated in the files of a table. `repeats`: whether the engine has that table. */
export async function judgeFiles(
  engine: TableEngine,
  table: RawTable,
  files: readonly StagedFile[],
  { repeats }: { repeats: boolean },
): Promise<JudgedFile[]> {
  const names = stageNames(table);
  const faults = await engine.query(
    `SELECT file, fault, count(*) AS n, min(place) AS first FROM ${names.rows} WHERE fault > 0 GROUP BY file, fault ORDER BY file, fault`,
  );
  const again = repeats
    ? await engine.query(
        `SELECT file, exact, count(*) AS n, min(place) AS first FROM ${names.repeats} GROUP BY file, exact ORDER BY file`,
      )
    : [];
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
      ...again
        .filter(({ file, exact }) => file === i && exact === false)
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
      exactDuplicates: Number(again.find(({ file, exact }) => file === i && exact === true)?.n ?? 0),
      groups,
    };
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
