import { invalid } from '../fault.ts';

/** The window of rows that a page token and size ask for. */
export interface Page {
  readonly offset: number;
  readonly size: number;
}

/** @throws Fault INVALID_PARAMETER_VALUE for a token that this store did not give. */
export function pageOf(request: { max_results: number; page_token?: string | null | undefined }): Page {
  return { offset: offsetOf(request.page_token), size: request.max_results };
}

/** Splits rows that were read one beyond the page's size: the page, and the next one's token if there is one. */
export function cutPage<Row>(
  rows: readonly Row[],
  { offset, size }: Page,
): { rows: readonly Row[]; next_page_token?: string } {
  if (rows.length <= size) return { rows };
  const token = JSON.stringify({ offset: offset + size });
  return { rows: rows.slice(0, size), next_page_token: Buffer.from(token).toString('base64') };
}

function offsetOf(token: string | null | undefined): number {
  if (token === undefined || token === null || token === '') return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64').toString()) as { offset: unknown };
    if (Number.isSafeInteger(offset) && (offset as number) >= 0) return offset as number;
  } catch {
    // refused below
  }
  throw invalid(`Invalid page token '${token}'.`);
}
