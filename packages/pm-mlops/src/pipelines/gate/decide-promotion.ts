import { type GateCheck, isComparisonCheck } from 'pm-core/gate';
import type { ModelStage } from '../../mlflow/model-version.ts';

export type ComponentVerdict = 'better' | 'worse' | 'equal' | 'not enough evidence';

export interface PromotionCase {
  /** Where the candidate stands, and where it is to go. */
  readonly from: ModelStage;
  readonly to: ModelStage;
  readonly candidateVersion: string;
  readonly smokeCheckPassed: boolean;
  /** Digest of the model's bytes: equal means the same model. */
  readonly candidateDigest: string;
  /** The version in Production. */
  readonly champion?: { readonly version: string; readonly digest: string };
  /** What the gate looked at; needed where there is a champion that is another model. */
  readonly checks?: readonly GateCheck[];
  /** Why a person wants it moved whatever the checks say. */
  readonly force?: string | undefined;
}

export interface PromotionDecision {
  readonly promote: boolean;
  /** Whether the gate said no and a person went ahead. */
  readonly forced: boolean;
  /** One sentence for people: why. */
  readonly reason: string;
  readonly checks: readonly GateCheck[];
}

/**
 * The gate. For any stage but Production, and with no champion, the smoke check alone decides; an identical model is kept;
 * otherwise the candidate replaces the champion if no check stops it. `force` overrules all but the smoke check: a version that
 * cannot be run helps nobody. The version in Production goes to no other stage: that would leave nobody to score with.
 */
export function decidePromotion(facts: PromotionCase): PromotionDecision {
  const { champion, candidateVersion, checks = [], force } = facts;
  const decide = (promote: boolean, reason: string): PromotionDecision => ({
    promote,
    forced: false,
    reason,
    checks,
  });
  if (!facts.smokeCheckPassed) return decide(false, `version ${candidateVersion} failed its smoke check`);
  if (facts.to !== 'Production') {
    if (facts.from !== 'Production') return decide(true, 'the smoke check passed');
    return decide(
      false,
      `version ${candidateVersion} is in Production and leaves it when another takes its place`,
    );
  }
  if (champion === undefined) return decide(true, 'there is no champion yet and the smoke check passed');
  const { refusal, approval } = judge(facts);
  if (refusal === undefined) return decide(true, approval);
  if (force === undefined) return decide(false, refusal);
  return { ...decide(true, `forced (${force}), although ${refusal}`), forced: true };
}

function judge({ champion, candidateDigest, checks = [] }: PromotionCase): {
  refusal?: string;
  approval: string;
} {
  const approval = 'every check that is asked for passed';
  if (champion?.digest === candidateDigest)
    return { refusal: `it is the same model as version ${champion.version}`, approval };
  if (checks.length === 0) return { refusal: 'there is nothing to compare on', approval };
  const stopping = checks.filter(({ stops }) => stops);
  if (stopping.length > 0)
    return { refusal: stopping.map(({ sentence }) => sentence).join('; and '), approval };
  return { approval: checks.find(isComparisonCheck)?.sentence ?? approval };
}
