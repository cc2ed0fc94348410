import { closeSync, openSync, writeFileSync } from 'node:fs';
import { type CsvRecord, type RecordLayout, scanCsvRecords } from './csv-records.ts';
import { type FoundRows, type Misshapen, rawText } from './staged-file.ts';

/** The records of a file by their shape. */
export interface RecordCounts {
  shapely: number;
  misshapen: Misshapen;
}

/** Counts the records of a file by their shape. */
export async function countRecords(path: string, layout: RecordLayout): Promise<RecordCounts> {
  let shapely = 0;
  const misshapen = new Map<string, { count: number; firstLine: number }>();
  await scanCsvRecords(path, layout, ({ line, fault }) => {
    if (fault === undefined) shapely++;
    else {
      const counted = misshapen.get(fault) ?? { count: 0, firstLine: line };
      misshapen.set(fault, { ...counted, count: counted.count + 1 });
    }
    return true;
  });
  return { shapely, misshapen };
}

/** Copies the records that have the shape of a row, each ended by LF, without the header. */
export async function copyShapely(path: string, layout: RecordLayout, copy: string): Promise<void> {
  const output = openSync(copy, 'w');
  let rows: Buffer[] = [];
  const flush = () => {
    writeFileSync(output, Buffer.concat(rows));
    rows = [];
  };
  try {
    await scanCsvRecords(path, layout, ({ bytes, fault }) => {
      if (fault === undefined) rows.push(Buffer.concat([bytes, LINE_END]));
      if (rows.length > 10_000) flush();
      return true;
    });
    flush();
  } finally {
    closeSync(output);
  }
}

const LINE_END = Buffer.from('\n');

/** The shapely records of some places (ascending), and all misshapen ones if wanted. */
export async function findRows(
  path: string,
  layout: RecordLayout,
  places: readonly number[],
  wantMisshapen: boolean,
): Promise<FoundRows> {
  const found: FoundRows = { rows: [], misshapen: [] };
  let place = 0;
  const rowOf = ({ line, bytes }: CsvRecord) => ({ line, raw: rawText(bytes.toString('utf8')) });
  await scanCsvRecords(path, layout, (record) => {
    if (record.fault === undefined) {
      if (place++ === places[found.rows.length]) found.rows.push(rowOf(record));
    } else if (wantMisshapen) found.misshapen.push({ ...rowOf(record), reason: record.fault });
    return wantMisshapen || found.rows.length < places.length;
  });
  return found;
}
