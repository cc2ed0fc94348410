import type { IncomingMessage } from 'node:http';
import { Fault } from './fault.ts';

/** Far beyond any batch within MLflow's limits; artifacts are streamed and not counted. */
const MAX_JSON_BYTES = 16 << 20;
/** Who takes longer to send it is cut off. */
const maxJsonMs = 60_000;

/**
 * A request's body as text.
 * @throws Fault 413 where it is over MAX_JSON_BYTES, before it is read if its length is declared.
 */
export async function limitedText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_JSON_BYTES) throw tooLarge();
  const late = setTimeout(() => request.destroy(), maxJsonMs);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Left open on a refusal: the answer still has to go out on the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_JSON_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooLarge = () =>
  new Fault(
    'MAX_BLOCK_SIZE_EXCEEDED',
    `A request of JSON must not be over ${MAX_JSON_BYTES} bytes: send smaller batches.`,
  );
