import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactFolder } from '../../mlflow/artifacts.ts';
import { downloadFile } from '../../mlflow/transfer.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import { orLoss, type TransferReport } from './transfer-report.ts';

/**
 * Copies the files of a folder, in constant memory, and compares the SHA-256 of what stands at the target; a file that
 * stands there equal is left alone. Returns how many were written.
 */
export async function copyArtifacts(
  from: ArtifactFolder,
  to: ArtifactFolder,
  report: TransferReport,
): Promise<number> {
  const sizes = await fileSizes(to);
  let written = 0;
  for (const [path, sizeBytes] of await fileSizes(from)) {
    await orLoss(report.losses, `artifact ${from.uri}/${path}`, async () => {
      written += await copyFile(from, to, path, sizes.get(path) === sizeBytes);
      report.artifactFiles++;
      report.artifactBytes += sizeBytes;
    });
  }
  return written;
}

/** 1 if the file was written, 0 if it was there. `mayStand`: there is one of the same size at the target. */
function copyFile(from: ArtifactFolder, to: ArtifactFolder, path: string, mayStand: boolean): Promise<0 | 1> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'content');
    const digest = await downloadFile(from, path, file);
    if (mayStand && (await digestOf(to, path)) === digest) return 0;
    await to.write(path, await openAsBlob(file));
    await downloadFile(to, path, file, { sha256: digest });
    return 1;
  });
}

/** Paths and sizes of all files of a folder. */
async function fileSizes(folder: ArtifactFolder, directory?: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const { path, isDirectory, sizeBytes } of await folder.list(directory)) {
    const inside = isDirectory ? await fileSizes(folder, path) : [[path, sizeBytes ?? 0] as const];
    for (const [name, size] of inside) sizes.set(name, size);
  }
  return sizes;
}

function digestOf(folder: ArtifactFolder, path: string): Promise<string> {
  return folder.retrying(async () => {
    const hash = createHash('sha256');
    for await (const chunk of folder.read(path)) hash.update(chunk);
    return hash.digest('hex');
  });
}
