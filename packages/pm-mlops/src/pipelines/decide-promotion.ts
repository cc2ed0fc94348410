import type { ModelStage } from '../mlflow/model-version.ts';

/** What one version did on the common test rows: figures per component and over all components. */
export interface VersionFigures {
  readonly version: string;
  /** Undefined where no component failed in the test rows. */
  readonly macroF1: number | undefined;
  readonly f1ByComponent: Readonly<Record<string, number>>;
}

/** Both versions on the same rows, which neither was trained on; or why there can be none. */
export type Contest =
  | { readonly incomparable: string }
  | {
      readonly rows: number;
      readonly failuresByComponent: Readonly<Record<string, number>>;
      readonly candidate: VersionFigures;
      readonly champion: VersionFigures;
    };

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
  /** Needed where there is a champion that is another model. */
  readonly contest?: Contest;
  readonly minFailuresForVerdict: number;
}

export interface PromotionDecision {
  readonly promote: boolean;
  /** One sentence for people: why. */
  readonly reason: string;
  readonly byComponent: Readonly<Record<string, ComponentVerdict>>;
}
export type ComponentVerdict = 'better' | 'worse' | 'equal' | 'not enough evidence';

/**
 * The gate. For any stage but Production, and with no champion, the smoke check alone decides; an identical model is
 * kept; otherwise the candidate replaces the champion if its macro F1 on the same test rows is greater. A component with
 * fewer than `minFailuresForVerdict` failures in those rows gets no verdict of its own. The version in Production goes
 * to no other stage: that would leave nobody to score with.
 */
export function decidePromotion(facts: PromotionCase): PromotionDecision {
  const keep = (reason: string, byComponent = {}): PromotionDecision => ({
    promote: false,
    reason,
    byComponent,
  });
  const { champion, contest, candidateVersion } = facts;
  if (!facts.smokeCheckPassed) return keep(`version ${candidateVersion} failed its smoke check`);
  if (facts.to !== 'Production') {
    if (facts.from === 'Production')
      return keep(`version ${candidateVersion} is in Production and leaves it when another takes its place`);
    return { promote: true, reason: 'the smoke check passed', byComponent: {} };
  }
  if (champion === undefined) {
    return { promote: true, reason: 'there is no champion yet and the smoke check passed', byComponent: {} };
  }
  if (champion.version === candidateVersion)
    return keep(`version ${champion.version} is in Production already`);
  if (champion.digest === facts.candidateDigest)
    return keep(`it is the same model as version ${champion.version}`);
  if (contest === undefined || 'incomparable' in contest) {
    return keep(
      `it cannot be compared with version ${champion.version}: ${contest?.incomparable ?? 'nothing to compare on'}`,
    );
  }
  const byComponent = verdicts(contest, facts.minFailuresForVerdict);
  const [candidateF1, championF1] = [contest.candidate.macroF1, contest.champion.macroF1];
  if (candidateF1 === undefined || championF1 === undefined) {
    return keep('no component failed in the common test rows, so there is nothing to judge by', byComponent);
  }
  const figures = `macro F1 ${candidateF1.toFixed(4)} against ${championF1.toFixed(4)} on the same ${contest.rows} rows`;
  if (candidateF1 > championF1) return { promote: true, reason: `it is better: ${figures}`, byComponent };
  return keep(`it is not better: ${figures}`, byComponent);
}

function verdicts(
  { failuresByComponent, candidate, champion }: Exclude<Contest, { incomparable: string }>,
  minFailures: number,
): Record<string, ComponentVerdict> {
  return Object.fromEntries(
    Object.entries(failuresByComponent).map(([component, failures]) => {
      if (failures < minFailures) return [component, 'not enough evidence'];
      const difference = (candidate.f1ByComponent[component] ?? 0) - (champion.f1ByComponent[component] ?? 0);
      return [component, difference > 0 ? 'better' : difference < 0 ? 'worse' : 'equal'];
    }),
  );
}
