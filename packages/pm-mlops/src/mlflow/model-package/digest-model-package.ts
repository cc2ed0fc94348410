import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { PACKAGE_FILES } from './package-files.ts';

export interface ModelPackageDigest {
  /** SHA-256 of model.onnx, hex: equal for the same data, seed and configuration. */
  readonly model: string;
  /** SHA-256 over path and SHA-256 of every file but MLmodel, which holds ids and times. */
  readonly content: string;
  /** SHA-256 of every file by path, MLmodel included, sorted by path: what an upload can be checked against. */
  readonly files: Readonly<Record<string, string>>;
}

/** Digests of a model directory; paths have forward slashes. */
export async function digestModelPackage(directory: string): Promise<ModelPackageDigest> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, sep).length))
    .sort();
  const files: Record<string, string> = {};
  for (const path of paths) files[path.replaceAll(sep, '/')] = await sha256OfFile(join(directory, path));
  const content = createHash('sha256');
  for (const [path, digest] of Object.entries(files)) {
    if (path !== PACKAGE_FILES.mlModel) content.update(`${path}\0${digest}\n`);
  }
  return { model: files[PACKAGE_FILES.model] ?? '', content: content.digest('hex'), files };
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
