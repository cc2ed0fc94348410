import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

export interface CsvRecord {
  /** Line on which it begins; the file's first line is 1. */
  readonly line: number;
  /** Its bytes without the line end. Valid during the visit only. */
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
const QUOTE = 0x22;
const SPACE = 0x20;
const LONGEST_RECORD_BYTES = 1 << 20;
const LONGEST_QUOTED_BYTES = 1 << 16;
const BAD_QUOTE = 'a quoted cell does not end where it should';
const LONE_CR = 'a carriage return within the row';

/**
 * Visits every record after the header of a UTF-8 CSV file, well-formed or not, blank lines left out; until the
 * visit returns false.
 * Written by hand because it is needed where parsers stop: it numbers physical lines, keeps the raw bytes, and after a
 * faulty record goes on at the next line. What it calls well-formed is what the engine's strict parser takes.
 */
export async function scanCsvRecords(
  path: string,
  layout: RecordLayout,
  visit: (record: CsvRecord) => boolean,
): Promise<void> {
  const options = { highWaterMark: 1 << 20, ...(layout.signal && { signal: layout.signal }) };
  const scanner = recordScanner(layout);
  for await (const chunk of createReadStream(path, options)) {
    if (!scanner.push(chunk as Buffer, false, visit)) return;
  }
  scanner.push(Buffer.of(), true, visit);
}

function recordScanner({ delimiter, cellCount }: RecordLayout) {
  const delimiterByte = delimiter.charCodeAt(0);
  let rest: Buffer = Buffer.of();
  let line = 1;

  return {
    /** Visits the records that are complete with this chunk; false if the visit wants no more. */
    push(chunk: Buffer, last: boolean, visit: (record: CsvRecord) => boolean): boolean {
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      while (start < text.length) {
        const lineEnd = text.indexOf(LF, start);
        if (lineEnd < 0 && !last) break;
        const shape = readShape(text, start, lineEnd < 0 ? text.length : lineEnd, delimiterByte, last);
        if (shape === undefined) break;
        const bytes = text.subarray(start, withoutCr(text, start, shape.end));
        const fault = line === 1 ? undefined : faultOf(bytes, shape, cellCount);
        if (line > 1 && !isBlank(bytes) && !visit({ line, bytes, fault })) return false;
        line += shape.lines;
        start = shape.end + 1;
      }
      rest = text.subarray(start);
      return true;
    },
  };
}

interface Shape {
  /** Offset of the line end, or of the end of the file. */
  end: number;
  lines: number;
  cells: number;
  lastCellEmpty: boolean;
  fault: string | undefined;
}

function faultOf(bytes: Buffer, shape: Shape, cellCount: number): string | undefined {
  if (!isUtf8(bytes)) return 'not UTF-8';
  if (bytes.length > LONGEST_RECORD_BYTES) return 'longer than 1 MiB';
  if (shape.fault !== undefined) return shape.fault;
  const cells = shape.cells === cellCount + 1 && shape.lastCellEmpty ? cellCount : shape.cells;
  return cells === cellCount ? undefined : `${cells} cells instead of ${cellCount}`;
}

/** Cells of the record at `start`, whose first line ends at `lineEnd`; undefined if the end of a quoted cell is yet to be read. */
function readShape(
  text: Buffer,
  start: number,
  lineEnd: number,
  delimiter: number,
  last: boolean,
): Shape | undefined {
  let cells = 1;
  let loneCr = false;
  for (let i = start; i < lineEnd; i++) {
    const byte = text[i];
    if (byte === QUOTE) return readQuotedShape(text, start, lineEnd, delimiter, last);
    if (byte === delimiter) cells++;
    else if (byte === CR && i + 1 < lineEnd) loneCr = true;
  }
  const lastCellEmpty = isEmptyAfter(text, lineEnd, delimiter);
  return { end: lineEnd, lines: 1, cells, lastCellEmpty, fault: loneCr ? LONE_CR : undefined };
}

const isEmptyAfter = (text: Buffer, end: number, delimiter: number): boolean =>
  text[end - 1] === delimiter || (text[end - 1] === CR && text[end - 2] === delimiter);

function readQuotedShape(
  text: Buffer,
  start: number,
  lineEnd: number,
  delimiter: number,
  last: boolean,
): Shape | undefined {
  const faulty = (fault: string): Shape => ({
    end: lineEnd,
    lines: 1,
    cells: 0,
    lastCellEmpty: false,
    fault,
  });
  let cells = 0;
  let lines = 1;
  for (let at = start; ; at++) {
    cells++;
    at = skipSpaces(text, at);
    if (text[at] === QUOTE) {
      const close = closingQuote(text, at + 1);
      const tooLong = (close < 0 ? text.length : close) - start > LONGEST_QUOTED_BYTES;
      if (close < 0 && !last && !tooLong) return undefined;
      if (close < 0 || tooLong) return faulty(BAD_QUOTE);
      lines += countLineEnds(text, at, close);
      at = skipSpaces(text, close + 1);
      if (at + 1 >= text.length && !last) return undefined;
      if (!isCellEnd(text, at, delimiter)) return faulty(BAD_QUOTE);
    } else {
      while (at < text.length && text[at] !== delimiter && text[at] !== LF && text[at] !== CR) at++;
      if (at + 1 >= text.length && !last) return undefined;
      if (!isCellEnd(text, at, delimiter)) return faulty(LONE_CR);
    }
    if (at < text.length && text[at] === delimiter) continue;
    const end = text[at] === CR ? at + 1 : at;
    return { end, lines, cells, lastCellEmpty: isEmptyAfter(text, end, delimiter), fault: undefined };
  }
}

const isCellEnd = (text: Buffer, at: number, delimiter: number): boolean =>
  at >= text.length ||
  text[at] === delimiter ||
  text[at] === LF ||
  (text[at] === CR && (at + 1 >= text.length || text[at + 1] === LF));

function closingQuote(text: Buffer, from: number): number {
  let at = text.indexOf(QUOTE, from);
  while (at >= 0 && text[at + 1] === QUOTE) at = text.indexOf(QUOTE, at + 2);
  return at;
}

function skipSpaces(text: Buffer, from: number): number {
  let at = from;
  while (text[at] === SPACE) at++;
  return at;
}

function countLineEnds(text: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf(LF, from); at >= 0 && at < to; at = text.indexOf(LF, at + 1)) count++;
  return count;
}

const withoutCr = (text: Buffer, start: number, end: number): number =>
  end > start && text[end - 1] === CR ? end - 1 : end;

const isBlank = (bytes: Buffer): boolean => skipSpaces(bytes, 0) === bytes.length;
