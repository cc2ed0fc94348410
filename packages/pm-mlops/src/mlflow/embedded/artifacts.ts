import { z } from 'zod';
import type { ArtifactEntry, ArtifactFolder } from './artifact-folder.ts';
import { artifactParts } from './artifact-path.ts';
import type { Context } from './context.ts';
import { invalid } from './fault.ts';
import { listed } from './json.ts';
import { anyLoggedModel } from './logged-model-rows.ts';
import { OptionalText, RequiredText } from './request-fields.ts';
import { runById } from './run-rows.ts';

const scheme = 'mlflow-artifacts:/';

/** An entry as MLflow's JSON; its path is relative to what was asked about. */
export const entryJson = ({ name, isDirectory, size }: ArtifactEntry, folder = ''): object => ({
  path: folder === '' ? name : `${folder}/${name}`,
  is_dir: isDirectory,
  ...(isDirectory ? {} : { file_size: size }),
});

export const ListRunArtifacts = z.object({ run_id: RequiredText, path: OptionalText });

/** Artifacts of a run, paths relative to the run. */
export async function listRunArtifacts(
  { database }: Context,
  artifacts: ArtifactFolder,
  { run_id, path }: z.infer<typeof ListRunArtifacts>,
): Promise<object> {
  return listBelow(artifacts, runById(database, run_id).artifact_uri, path ?? '');
}

export const ListModelArtifacts = z.object({ model_id: RequiredText, artifact_directory_path: OptionalText });

/** Artifacts of a logged model, paths relative to the model. */
export async function listModelArtifacts(
  { database }: Context,
  artifacts: ArtifactFolder,
  request: z.infer<typeof ListModelArtifacts>,
): Promise<object> {
  const { artifact_location } = anyLoggedModel(database, request.model_id);
  return listBelow(artifacts, artifact_location, request.artifact_directory_path ?? '');
}

async function listBelow(artifacts: ArtifactFolder, root: string, path: string): Promise<object> {
  const folder = artifactParts(path).join('/');
  const entries = await artifacts.list(pathBelow(root, path));
  return { files: listed(entries.map((one) => entryJson(one, folder))), root_uri: root };
}

/** The place of `path` below an artifact URI, in the store's own folder. @throws Fault 400 where the URI is of another store. */
export function pathBelow(root: string, path: string): string {
  const inner = artifactParts(path).join('/');
  if (!root.startsWith(scheme)) {
    throw invalid(`These artifacts are at ${root}, which this store does not serve: read them there.`);
  }
  const base = root.slice(scheme.length);
  return inner === '' ? base : `${base}/${inner}`;
}
