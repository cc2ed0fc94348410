import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { downloadFile, uploadFile } from '../../transfer.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';

const megabyte = 1024 * 1024;

/** Declares the test that a large file passes in both directions in memory that does not depend on its size. */
export function describeLargeFiles(open: () => Promise<ArtifactFolder>, megabytes = 160): void {
  test(`a file of ${megabytes} MB goes up and comes back without being held in memory`, async () => {
    const place = mkdtempSync(join(tmpdir(), 'large-'));
    try {
      const file = join(place, 'up.bin');
      const sha256 = await writeBytes(file, megabytes);
      const folder = await open();
      const up = await peakBytes(() => uploadFile(folder, 'deep/large.bin', file));
      const down = await peakBytes(() =>
        downloadFile(folder, 'deep/large.bin', join(place, 'down.bin'), { sha256 }),
      );
      expect(Math.max(up, down)).toBeLessThan(80 * megabyte);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
}

async function writeBytes(file: string, megabytes: number): Promise<string> {
  const hash = createHash('sha256');
  const stream = createWriteStream(file);
  for (let n = 0; n < megabytes; n++) {
    const bytes = Buffer.alloc(megabyte, n);
    hash.update(bytes);
    if (!stream.write(bytes)) await once(stream, 'drain');
  }
  await finished(stream.end());
  return hash.digest('hex');
}

/** The most memory outside the heap that was added at once, looked at every 5 ms. */
async function peakBytes(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
  }, 5);
  try {
    await work();
    return peak;
  } finally {
    clearInterval(watch);
  }
}
