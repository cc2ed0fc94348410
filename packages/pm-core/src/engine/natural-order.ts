const LONGEST_NUMBER = 32;
const ZEROS = '0'.repeat(LONGEST_NUMBER);

/**
 * Terms for an ORDER BY that sort a text column as people count: 2 before 10, 'M2' before 'M10'. Total and the same
 * everywhere: runs of digits compare as numbers (their last 32 digits), all else by bytes, and texts that differ only
 * in leading zeros ('007', '7') by their bytes. `column` is SQL, put in as it is.
 */
export function naturalOrder(column: string): string {
  const padded = `regexp_replace(${column}, '([0-9]+)', '${ZEROS}\\1', 'g')`;
  return `regexp_replace(${padded}, '[0-9]*([0-9]{${LONGEST_NUMBER}})', '\\1', 'g'), ${column}`;
}

/** The order of {@link naturalOrder} for arrays of plain text. */
export function compareNatural(a: string, b: string): number {
  return compareBytes(paddedNumbers(a), paddedNumbers(b)) || compareBytes(a, b);
}

const paddedNumbers = (text: string): string =>
  text.replace(/[0-9]+/g, (digits) => (ZEROS + digits).slice(-LONGEST_NUMBER));

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
