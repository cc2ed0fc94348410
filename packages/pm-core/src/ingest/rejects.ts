import type { TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { contradictedRows, type JudgedFile, type RejectGroup, repeatReason } from './judge-files.ts';
import { stageNames } from './stage-names.ts';
import type { StagedFile } from './staged-file.ts';

/** A row of `rejected_rows`. */
export interface RejectedRow {
  source: string;
  line: number;
  reason: string;
  raw: string;
}

/**
 * Refuses files of which too much is rejected.
 * @throws UserError `too-many-rejected` with a table of reasons: count, and the first line as an example.
 */
export async function refuseBadFiles(
  judged: readonly JudgedFile[],
  maxRejectedFraction: number,
): Promise<void> {
  const bad = judged.filter(({ rejected, rowsIn }) => rejected > maxRejectedFraction * rowsIn);
  if (bad.length === 0) return;
  const parts: string[] = [];
  for (const file of bad) parts.push(await reasonTable(file));
  const limit = `${maxRejectedFraction * 100} %`;
  throw new UserError(
    'too-many-rejected',
    `Nothing was ingested: more than ${limit} of the rows of ${bad.length === 1 ? 'a file' : `${bad.length} files`} had to be rejected.\n${parts.join('\n')}`,
    { next: 'Correct the files, or raise ingest.maxRejectedFraction in the workflow file.' },
  );
}

async function reasonTable(file: JudgedFile): Promise<string> {
  const { name } = file.staged.file;
  const examples = await Promise.all(file.groups.map((group) => exampleOf(file.staged, group)));
  const lines = file.groups
    .map(({ count, reason }, i) => ({
      count,
      text: `${String(count).padStart(9)}  ${reason}  (${name}:${examples[i]})`,
    }))
    .sort((a, b) => b.count - a.count);
  return [`  ${name}: ${file.rejected} of ${file.rowsIn} rows`, ...lines.map(({ text }) => `  ${text}`)].join(
    '\n',
  );
}

async function exampleOf(staged: StagedFile, { first }: RejectGroup): Promise<string> {
  if ('line' in first) return String(first.line);
  const { rows } = await staged.find([first.place], { misshapen: false });
  return `${rows[0]!.line}: ${rows[0]!.raw}`;
}

/** The rejected rows of a file, found again in it, by line. */
export async function rejectedRows(
  engine: TableEngine,
  judged: JudgedFile,
  place: { fileIndex: number; source: string },
): Promise<RejectedRow[]> {
  if (judged.rejected === 0) return [];
  const { staged } = judged;
  const names = stageNames(staged.file.table);
  const again = `UNION ALL SELECT place, 0 FROM ${contradictedRows(staged.file.table)} WHERE file = ${place.fileIndex}`;
  const { columns } = await engine.columns(
    `SELECT * FROM (SELECT place, CAST(fault AS INTEGER) AS fault FROM ${names.rows}
       WHERE file = ${place.fileIndex} AND fault > 0 ${again}) ORDER BY place`,
    { place: 'float64', fault: 'int32' },
  );
  const found = await staged.find([...columns.place], { misshapen: true });
  if (found.rows.length !== columns.place.length) {
    throw new Error(
      `${staged.file.name}: ${columns.place.length} rejected rows, but ${found.rows.length} found again`,
    );
  }
  const rows = found.rows.map((row, i) => {
    const fault = columns.fault[i]!;
    return { ...row, reason: fault === 0 ? repeatReason(staged.file.table) : staged.reasons[fault - 1]! };
  });
  return [...rows, ...found.misshapen]
    .map(({ line, reason, raw }) => ({ source: place.source, line, reason, raw }))
    .sort((a, b) => a.line - b.line);
}
