import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dirname } from 'node:path/posix';
import { UserError } from 'pm-core';
import { type DatabricksClient, makeDirectory, uploadToVolume } from '../../databricks/index.ts';
import type { StepRunner } from '../base/context.ts';

/** A file as it lies in the volume. */
export interface UploadedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Uploads a file, or a folder with all below it, into a directory of a volume, in constant memory; each stored size is
 * checked. Done again it replaces what is there.
 * @param destination `/Volumes/catalog/schema/volume/…`: a file keeps its name in it, a folder's content comes directly into it.
 * @throws UserError `no-source`, `not-a-file`, `bad-destination`, `upload-damaged`, DatabricksError
 */
export async function uploadData(
  client: DatabricksClient,
  { source, destination }: { source: string; destination: string },
  step: StepRunner,
): Promise<UploadedFile[]> {
  const folder = destination.replace(/\/+$/, '');
  if (!/^\/Volumes(\/[^/]+){3,}$/.test(folder) || /\/\.\.?(\/|$)/.test(folder)) {
    throw new UserError('bad-destination', `${destination} is not a directory of a volume.`, {
      next: 'Name one such as /Volumes/main/predictive_maintenance/pm/data.',
    });
  }
  const files = await filesOf(source);
  const paths = files.map(({ name }) => `${folder}/${name}`);
  const isVolume = (path: string) => path.split('/').length === 5;
  for (const directory of new Set(paths.map(dirname)))
    if (!isVolume(directory)) await makeDirectory(client, directory);
  const uploaded: UploadedFile[] = [];
  for (const [index, { name, file }] of files.entries()) {
    const path = paths[index]!;
    const sizeBytes = await step(`upload ${name}`, () => uploadToVolume(client, path, file));
    uploaded.push({ path, sizeBytes });
  }
  return uploaded;
}

interface LocalFile {
  /** With `/` between its parts. */
  readonly name: string;
  readonly file: string;
}

async function filesOf(source: string): Promise<LocalFile[]> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new UserError('no-source', `There is no file or folder ${source}.`);
  if (found.isFile()) return [{ name: basename(source), file: source }];
  return (await below(source, '')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function below(directory: string, prefix: string): Promise<LocalFile[]> {
  const files: LocalFile[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const [file, name] = [join(directory, entry.name), `${prefix}${entry.name}`];
    if (entry.isDirectory()) files.push(...(await below(file, `${name}/`)));
    else if (entry.isFile()) files.push({ name, file });
    else throw new UserError('not-a-file', `${file} is neither a file nor a directory and is not uploaded.`);
  }
  return files;
}
