import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { logModelDirectory } from '../../mlflow/log-model.ts';
import { digestModelPackage } from '../../mlflow/model-package/index.ts';
import { resolveModelUri } from '../../mlflow/model-uri.ts';
import type { ModelStage, ModelVersion } from '../../mlflow/model-version.ts';
import { createModelVersion, untilReady } from '../../mlflow/model-versions.ts';
import { ensureRegisteredModel, findRegisteredModel, setAlias } from '../../mlflow/registered-models.ts';
import { moveToStage } from '../../mlflow/stages.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import { inTrackedRun } from '../base/tracked-run.ts';
import { downloadModel } from '../versions/model-artifact.ts';
import { moveBy } from '../versions/move-by.ts';
import { earlierCopy, tagsOfCopy } from './copied-tags.ts';

/** One registry and how people call it. */
export interface Registry {
  readonly client: MlflowClient;
  readonly location: string;
}

export interface CopyRequest {
  /** `models:/NAME/3`, `models:/NAME/Production` or `models:/NAME@champion` of the registry it comes from. */
  readonly modelUri: string;
  /** Name in the other registry, of three parts in Unity Catalog; the same if not given. */
  readonly name?: string | undefined;
  readonly stage?: ModelStage | undefined;
  readonly alias?: string | undefined;
  /** Says what would be done. */
  readonly dryRun: boolean;
}

export interface CopiedVersion {
  /** Such as `models:/pumps/3`. */
  readonly from: string;
  readonly modelName: string;
  /** Undefined where nothing was copied for it was a dry run. */
  readonly version: string | undefined;
  /** `moved`: it was copied before, and now got the stage or alias. */
  readonly state: 'copied' | 'moved' | 'unchanged' | 'planned';
  readonly stage: ModelStage | undefined;
  /** Of all files, the same at both ends. */
  readonly digest: string;
  readonly files: number;
}

/**
 * Copies a version with its files, description and tags to another registry, where a run of the workflow's experiment holds the
 * files; reads them back from there and compares. A version that was copied before is found by its tags and left as it is, but for
 * its stage and alias.
 * @throws UserError `copy-differs`, `model-not-found`
 */
export async function copyVersion(
  from: Registry,
  to: Registry,
  context: PipelineContext,
  request: CopyRequest,
): Promise<CopiedVersion> {
  const source = await resolveModelUri(from.client, request.modelUri);
  const { name: modelName = source.modelName, stage } = request;
  return inTemporaryFolder(async (folder) => {
    const directory = join(folder, 'model');
    await downloadModel(from.client, source, directory);
    const { digest, files } = await digestOf(directory);
    const place = `models:/${source.modelName}/${source.version}`;
    const facts = { from: place, modelName, stage, digest, files };
    const there = await earlierCopy(to.client, modelName, source, digest);
    if (request.dryRun)
      return { ...facts, version: there?.version, state: there === undefined ? 'planned' : 'unchanged' };
    const tags = tagsOfCopy(source, { place: `${from.location} ${place}`, digest });
    const copy = there ?? (await register(to.client, context, { directory, modelName, source, tags }));
    // Also one that was there: whoever copied it may have been cut off before.
    await compare(to, copy, { digest, directory: join(folder, 'back') });
    const isMoved = await setPlace(to.client, context, copy, {
      ...request,
      from: `${from.location} ${place}`,
    });
    return {
      ...facts,
      version: copy.version,
      state: there === undefined ? 'copied' : isMoved ? 'moved' : 'unchanged',
    };
  });
}

async function digestOf(directory: string): Promise<{ digest: string; files: number }> {
  const { files } = await digestModelPackage(directory);
  const hash = createHash('sha256');
  for (const [path, digest] of Object.entries(files)) hash.update(`${path}\0${digest}\n`);
  return { digest: hash.digest('hex'), files: Object.keys(files).length };
}

async function register(
  client: MlflowClient,
  context: PipelineContext,
  {
    directory,
    modelName,
    source: { description },
    tags,
  }: { directory: string; modelName: string; source: ModelVersion; tags: Record<string, string> },
): Promise<ModelVersion> {
  await ensureRegisteredModel(client, modelName);
  return inTrackedRun(client, context, { source: 'pm models copy' }, async (run) => {
    const name = modelName.split('.').at(-1)!;
    const { source, runId, modelId } = await logModelDirectory(client, run, { name }, async () => directory);
    const made = await createModelVersion(client, { modelName, source, runId, modelId, description, tags });
    return untilReady(client, modelName, made.version);
  });
}

async function compare(
  { client, location }: Registry,
  copy: ModelVersion,
  { digest, directory }: { digest: string; directory: string },
): Promise<void> {
  await downloadModel(client, copy, directory);
  if ((await digestOf(directory)).digest === digest) return;
  throw new UserError(
    'copy-differs',
    `Version ${copy.version} of ${copy.modelName} in ${location} has other files than what was copied.`,
    { next: 'Delete that version and copy again.' },
  );
}

/** Whether stage or alias had to be set. */
async function setPlace(
  client: MlflowClient,
  context: PipelineContext,
  { modelName, version, stage: now }: ModelVersion,
  { stage, alias, from }: { stage?: ModelStage | undefined; alias?: string | undefined; from: string },
): Promise<boolean> {
  const isMove = stage !== undefined && stage !== now;
  if (isMove)
    await moveToStage(client, modelName, version, stage, {
      ...moveBy(context, 'move'),
      why: `copied from ${from}`,
    });
  const known = alias && (await findRegisteredModel(client, modelName))?.aliases[alias];
  const isNewAlias = alias !== undefined && known !== version;
  if (isNewAlias) await setAlias(client, modelName, alias, version);
  return isMove || isNewAlias;
}
