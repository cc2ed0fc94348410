import { createReadStream } from 'node:fs';

/** Lines of a text file, the last one with or without a line end. */
export async function countLines(path: string, signal?: AbortSignal): Promise<number> {
  let count = 0;
  let endsWithLine = true;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++;
    endsWithLine = bytes[bytes.length - 1] === 0x0a;
  }
  return endsWithLine ? count : count + 1;
}
