import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readShape, type Shape } from './record-shape.ts';

/** A record of a CSV file; valid during its visit only. */
export interface CsvRecord {
  /** Line on which it begins; the file's first line is 1. */
  readonly line: number;
  /** Its bytes without the line end. */
  readonly bytes: Buffer;
  /** Why the record has not the shape of a row; undefined if it has. */
  readonly fault: string | undefined;
}

export interface RecordLayout {
  delimiter: string;
  /** Cells of a row. One more is allowed if it is empty: a delimiter at the end. */
  cellCount: number;
  signal?: AbortSignal | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const CHUNK_BYTES = 1 << 20;
const LONGEST_RECORD_BYTES = 1 << 20;

/**
 * Visits every record after the header of a CSV file, shapely or not, until the visit returns false; blank lines are no
 * records. Written by hand because it goes on where parsers stop: it numbers physical lines, keeps the raw bytes, and
 * after a faulty line begins anew at the next.
 */
export async function scanCsvRecords(
  path: string,
  layout: RecordLayout,
  visit: (record: CsvRecord) => boolean,
): Promise<void> {
  const options = { highWaterMark: CHUNK_BYTES, ...(layout.signal && { signal: layout.signal }) };
  const push = recordScanner(layout, visit);
  for await (const chunk of createReadStream(path, options)) {
    if (!push(chunk as Buffer, false)) return;
  }
  push(Buffer.of(), true);
}

/** Takes chunks of a file and visits the records that are complete with each; false if the visit wants no more. */
function recordScanner({ delimiter, cellCount }: RecordLayout, visit: (record: CsvRecord) => boolean) {
  const delimiterByte = delimiter.charCodeAt(0);
  let text: Buffer = Buffer.of();
  let start = 0;
  let end = 0;
  const record = {
    line: 1,
    fault: undefined as string | undefined,
    get bytes() {
      return text.subarray(start, end);
    },
  };

  return (chunk: Buffer, last: boolean): boolean => {
    text = start === text.length ? chunk : Buffer.concat([text.subarray(start), chunk]);
    start = 0;
    const isValid = isUtf8(last ? text : text.subarray(0, text.lastIndexOf(LF) + 1));
    while (start < text.length) {
      const shape = readShape(text, start, delimiterByte, last);
      if (shape === undefined) break;
      end = text[shape.end - 1] === CR && shape.end > start ? shape.end - 1 : shape.end;
      if (record.line > 1 && !isBlank(text, start, end)) {
        record.fault =
          !isValid && !isUtf8(record.bytes) ? 'not UTF-8' : faultOf(shape, end - start, cellCount);
        if (!visit(record)) return false;
      }
      record.line += shape.lines;
      start = shape.end + 1;
    }
    start = Math.min(start, text.length);
    return true;
  };
}

function faultOf(shape: Shape, byteCount: number, cellCount: number): string | undefined {
  if (byteCount > LONGEST_RECORD_BYTES) return 'longer than 1 MiB';
  if (shape.fault !== undefined) return shape.fault;
  const cells = shape.cells === cellCount + 1 && shape.lastCellEmpty ? cellCount : shape.cells;
  return cells === cellCount ? undefined : `${cells} cells instead of ${cellCount}`;
}

function isBlank(text: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && text[at] === SPACE) at++;
  return at === end;
}
