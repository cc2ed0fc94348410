import { join } from 'node:path';
import { classesOf, UserError } from 'pm-core';
import type { MlflowClient } from '../mlflow/client.ts';
import { digestModelPackage, type ModelPackage } from '../mlflow/model-package/index.ts';
import { resolveModelUri } from '../mlflow/model-uri.ts';
import { holderOf, type ModelStage, type ModelVersion } from '../mlflow/model-version.ts';
import { modelVersions, setModelVersionTag } from '../mlflow/model-versions.ts';
import { moveToStage, repairStages } from '../mlflow/stages.ts';
import { compareVersions } from './compare-versions.ts';
import type { PipelineContext } from './context.ts';
import { decidePromotion, type PromotionCase, type PromotionDecision } from './decide-promotion.ts';
import { fetchModelPackage } from './model-artifact.ts';
import { MODEL_DIGEST_TAG } from './publish-model.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { tryModel } from './try-model.ts';
import type { Workbench } from './workbench.ts';

export interface PromotionRequest {
  /** The one in Staging if not given. */
  readonly version?: string | undefined;
  readonly stage: ModelStage;
  /** Decides and says so, but moves nothing. */
  readonly dryRun: boolean;
}

export interface PromotionResult extends PromotionDecision {
  readonly modelName: string;
  readonly version: string;
  readonly stage: ModelStage;
  /** The version that stands in the stage now; undefined if none. */
  readonly keptVersion: string | undefined;
  readonly moved: boolean;
}

/**
 * The gate and, if it says yes, the transition. Entering Production means beating the champion on the same test rows;
 * any other stage asks for the smoke check alone.
 * @throws UserError `no-candidate`, `model-not-found`, and what loading either version throws.
 */
export async function promote(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  request: PromotionRequest,
): Promise<PromotionResult> {
  const { config, step } = context;
  const { repairs } = await repairStages(client, config.name);
  for (const repair of repairs) context.log(`mended: ${repair}`);
  const candidate = await candidateVersion(client, config.name, request.version);
  const holder = holderOf(request.stage, await modelVersions(client, config.name));

  const facts = await step('weigh the candidate', () =>
    weigh(bench, client, context, { candidate, holder, stage: request.stage }),
  );
  const decision = decidePromotion(facts);
  const moved = decision.promote && !request.dryRun;
  if (!request.dryRun) await recordDecision(client, candidate, decision);
  if (moved) await moveToStage(client, config.name, candidate.version, request.stage);
  return {
    ...decision,
    modelName: config.name,
    version: candidate.version,
    stage: request.stage,
    keptVersion: moved ? candidate.version : holder?.version,
    moved,
  };
}

async function candidateVersion(
  client: MlflowClient,
  modelName: string,
  version: string | undefined,
): Promise<ModelVersion> {
  if (version !== undefined) return resolveModelUri(client, `models:/${modelName}/${version}`);
  const staged = holderOf('Staging', await modelVersions(client, modelName));
  if (staged !== undefined) return staged;
  throw new UserError('no-candidate', `No version of ${modelName} is in Staging.`, {
    next: 'pm train, or name one with --version (pm models list shows them).',
  });
}

/** Loads the candidate and, where it is to enter Production, who holds it; puts both to the same rows. */
async function weigh(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  {
    candidate,
    holder,
    stage,
  }: { candidate: ModelVersion; holder: ModelVersion | undefined; stage: ModelStage },
): Promise<PromotionCase> {
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
      minFailuresForVerdict: context.config.evaluate.minFailuresForVerdict,
    };
    if (champion === undefined) return facts;
    const theirs = await fetchModelPackage(client, champion, join(folder, 'champion')).catch(userError);
    if (theirs instanceof UserError) {
      const rival = { version: champion.version, digest: champion.tags[MODEL_DIGEST_TAG] ?? '' };
      return { ...facts, champion: rival, contest: { incomparable: theirs.message } };
    }
    const rival = { version: champion.version, digest: await digestOf(champion, theirs) };
    if (rival.version === candidate.version || rival.digest === digest) return { ...facts, champion: rival };
    const contest = await compareVersions(bench, context, {
      candidate: { version: candidate, model: mine },
      champion: { version: champion, model: theirs },
    });
    return { ...facts, champion: rival, contest };
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

async function recordDecision(
  client: MlflowClient,
  { modelName, version }: ModelVersion,
  decision: PromotionDecision,
) {
  const tags = {
    'pm.gate': decision.promote ? 'passed' : 'kept',
    'pm.gate_reason': decision.reason,
    'pm.gate_by_component': JSON.stringify(decision.byComponent),
  };
  for (const [key, value] of Object.entries(tags))
    await setModelVersionTag(client, modelName, version, { key, value });
}
