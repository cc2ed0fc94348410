const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const SPACE = 0x20;
const LONGEST_QUOTED_BYTES = 1 << 16;
const BAD_QUOTE = 'a quoted cell does not end where it should';
const LONE_CR = 'a carriage return within the row';

/** How a CSV record lies in a text. */
export interface Shape {
  /** Offset of the line end, or of the end of the text. */
  readonly end: number;
  readonly lines: number;
  readonly cells: number;
  /** The record ends with a delimiter. */
  readonly lastCellEmpty: boolean;
  readonly fault: string | undefined;
}

/**
 * The shape of the record at `start`. Undefined if its end is yet to be read, which cannot be if the text is the `last`.
 * A quoted cell may go over lines; one that does not close is a fault of its first line alone.
 */
export function readShape(text: Buffer, start: number, delimiter: number, last: boolean): Shape | undefined {
  let cells = 1;
  let carriageReturn = -1;
  let end = start;
  for (; end < text.length; end++) {
    const byte = text[end];
    if (byte === delimiter) cells++;
    else if (byte === LF) break;
    else if (byte === QUOTE) return readQuotedShape(text, start, delimiter, last);
    else if (byte === CR && carriageReturn < 0) carriageReturn = end;
  }
  if (end === text.length && !last) return undefined;
  const fault = carriageReturn >= 0 && carriageReturn + 1 < end ? LONE_CR : undefined;
  return { end, lines: 1, cells, lastCellEmpty: isEmptyAfter(text, end, delimiter), fault };
}

const isEmptyAfter = (text: Buffer, end: number, delimiter: number): boolean =>
  text[end - 1] === delimiter || (text[end - 1] === CR && text[end - 2] === delimiter);

function readQuotedShape(text: Buffer, start: number, delimiter: number, last: boolean): Shape | undefined {
  const lineEnd = text.indexOf(LF, start);
  if (lineEnd < 0 && !last) return undefined;
  const firstLine = { end: lineEnd < 0 ? text.length : lineEnd, lines: 1, cells: 0, lastCellEmpty: false };
  let cells = 0;
  let lines = 1;
  for (let at = start; ; at++) {
    cells++;
    at = skipSpaces(text, at);
    if (text[at] === QUOTE) {
      const close = closingQuote(text, at + 1);
      const tooLong = (close < 0 ? text.length : close) - start > LONGEST_QUOTED_BYTES;
      if (close < 0 && !last && !tooLong) return undefined;
      if (close < 0 || tooLong) return { ...firstLine, fault: BAD_QUOTE };
      lines += countLineEnds(text, at, close);
      at = skipSpaces(text, close + 1);
      if (at + 1 >= text.length && !last) return undefined;
      if (!isCellEnd(text, at, delimiter)) return { ...firstLine, fault: BAD_QUOTE };
    } else {
      while (at < text.length && text[at] !== delimiter && text[at] !== LF && text[at] !== CR) at++;
      if (at + 1 >= text.length && !last) return undefined;
      if (!isCellEnd(text, at, delimiter)) return { ...firstLine, fault: LONE_CR };
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
