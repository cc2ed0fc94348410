import { join } from 'node:path';
import { classesOf, UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { digestModelPackage, type ModelPackage } from '../../mlflow/model-package/index.ts';
import type { ModelStage, ModelVersion } from '../../mlflow/model-version.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import type { Workbench } from '../base/workbench.ts';
import { fetchModelPackage } from '../versions/model-artifact.ts';
import { MODEL_DIGEST_TAG } from '../versions/publish-model.ts';
import type { PromotionCase } from './decide-promotion.ts';
import { tryModel } from './try-model.ts';
import { type Weighing, weighVersions } from './weigh-versions.ts';

/** What a promotion is decided by. */
export interface Weighed {
  readonly facts: PromotionCase;
  readonly weighing: Weighing;
}

const UNWEIGHED: Weighing = { checks: [], byComponent: {} };

/** Loads the candidate and, where it is to enter Production, who holds it; puts both to the same rows. */
export async function weighCandidate(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  {
    candidate,
    holder,
    stage,
    dryRun,
  }: { candidate: ModelVersion; holder: ModelVersion | undefined; stage: ModelStage; dryRun: boolean },
): Promise<Weighed> {
  const champion = stage === 'Production' ? holder : undefined;
  return inTemporaryFolder(async (folder) => {
    const mine = await fetchModelPackage(client, candidate, join(folder, 'candidate'));
    const digest = await digestOf(candidate, mine);
    const facts = {
      from: candidate.stage,
      to: stage,
      candidateVersion: candidate.version,
      candidateDigest: digest,
      smokeCheckPassed: await passesSmokeCheck(mine, candidate, context),
    };
    if (champion === undefined) return { facts, weighing: UNWEIGHED };
    const theirs = await fetchModelPackage(client, champion, join(folder, 'champion')).catch(userError);
    const theirDigest =
      theirs instanceof UserError
        ? (champion.tags[MODEL_DIGEST_TAG] ?? '')
        : await digestOf(champion, theirs);
    const rival = { version: champion.version, digest: theirDigest };
    if (!facts.smokeCheckPassed || rival.digest === digest)
      return { facts: { ...facts, champion: rival }, weighing: UNWEIGHED };
    const rivals = {
      candidate: { version: candidate, model: mine },
      champion: { version: champion, model: theirs },
    };
    const weighing = await weighVersions(bench, context, rivals, { withReplay: dryRun });
    return { facts: { ...facts, champion: rival, checks: weighing.checks }, weighing };
  });
}

/** A champion that cannot be run here, such as one of another flavor, is no reason to fail. */
function userError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** A version that was not registered by us has no tag that says it. */
async function digestOf({ tags }: ModelVersion, { directory }: ModelPackage): Promise<string> {
  return tags[MODEL_DIGEST_TAG] ?? (await digestModelPackage(directory)).model;
}

async function passesSmokeCheck(
  model: ModelPackage,
  { modelName, version }: ModelVersion,
  { config, log }: PipelineContext,
): Promise<boolean> {
  try {
    await tryModel(model, { classes: classesOf(config), name: `${modelName} version ${version}` });
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(error.message);
    return false;
  }
}
