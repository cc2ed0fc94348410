import { UserError } from 'pm-core';
import type { MlflowClient } from '../mlflow/client.ts';
import { resolveModelUri } from '../mlflow/model-uri.ts';
import { holderOf, type ModelStage, type ModelVersion } from '../mlflow/model-version.ts';
import { modelVersions } from '../mlflow/model-versions.ts';
import { repairStages } from '../mlflow/repair-stages.ts';
import { moveToStage } from '../mlflow/stages.ts';
import type { PipelineContext } from './base/context.ts';
import { registeredModelName } from './base/names.ts';
import { userName } from './base/tracked-run.ts';
import type { Workbench } from './base/workbench.ts';
import { decidePromotion, type PromotionDecision } from './gate/decide-promotion.ts';
import { type PromotionRecord, recordPromotion } from './gate/promotion-record.ts';
import { weighCandidate } from './gate/weigh-candidate.ts';
import type { Weighing } from './gate/weigh-versions.ts';
import { moveBy } from './versions/move-by.ts';

export interface PromotionRequest {
  /** The one in Staging if not given. */
  readonly version?: string | undefined;
  readonly stage: ModelStage;
  /** Decides, replays the last weeks and says so, but moves and records nothing. */
  readonly dryRun: boolean;
  /** Goes ahead whatever the checks say; `reason` must tell why. */
  readonly force?: boolean;
  /** What the person who asks has to say about it. */
  readonly reason?: string | undefined;
}

export interface PromotionResult extends PromotionRecord {
  /** The version that stands in the stage now; undefined if none. */
  readonly keptVersion: string | undefined;
  readonly moved: boolean;
}

/**
 * The gate and, if it says yes, the transition; a version that holds the stage already is left as it is, with its earlier verdict. Entering Production means standing every check of the workflow's `gate` beside
 * the champion; any other stage asks for the smoke check alone. The judgement is recorded before anything moves, also a refusal.
 * @throws UserError `no-candidate`, `model-not-found`, `no-reason` for force without one, and what loading the candidate throws.
 */
export async function promote(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  request: PromotionRequest,
): Promise<PromotionResult> {
  const { step } = context;
  const modelName = registeredModelName(context);
  requireReason(request);
  const { repairs } = await repairStages(client, modelName);
  for (const repair of repairs) context.log(`mended: ${repair}`);
  const candidate = await candidateVersion(client, modelName, request.version);
  const holder = holderOf(request.stage, await modelVersions(client, modelName));
  const basis = {
    modelName,
    version: candidate.version,
    stage: request.stage,
    championVersion: holder?.version,
    by: userName(context.environment),
    at: context.now().toISOString(),
    note: request.reason,
  };
  if (holder?.version === candidate.version) return alreadyThere(basis);

  const { facts, weighing } = await step('weigh the candidate', () =>
    weighCandidate(bench, client, context, { candidate, holder, ...request }),
  );
  const { byComponent, replay } = weighing;
  const record: PromotionRecord = {
    ...decidePromotion({ ...facts, ...(request.force && { force: request.reason }) }),
    byComponent,
    ...(replay && { replay }),
    ...basis,
  };
  const moved = record.promote && !request.dryRun;
  const verdict = request.dryRun ? undefined : await recordPromotion(client, context, candidate, record);
  if (moved) {
    await moveToStage(client, modelName, candidate.version, request.stage, {
      ...moveBy(context, record.forced ? 'force' : 'promote'),
      // A forced judgement names the reason itself.
      why: record.forced || !request.reason ? record.reason : `${request.reason}; ${record.reason}`,
      ...verdict,
    });
  }
  return { ...record, keptVersion: moved ? candidate.version : holder?.version, moved };
}

type Basis = Omit<PromotionRecord, keyof PromotionDecision | keyof Weighing>;

const alreadyThere = (basis: Basis): PromotionResult => ({
  ...basis,
  promote: false,
  forced: false,
  reason: `version ${basis.version} is in ${basis.stage} already`,
  checks: [],
  byComponent: {},
  keptVersion: basis.version,
  moved: false,
});

function requireReason({ force = false, reason }: PromotionRequest): void {
  if (!force || (reason !== undefined && reason.trim() !== '')) return;
  throw new UserError('no-reason', 'Going ahead against the gate needs a reason.', {
    next: 'Say why with --reason TEXT: it is kept with the version.',
  });
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
