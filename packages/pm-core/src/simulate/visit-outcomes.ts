import { COMPONENTS } from '../tables.ts';
import type { FailureLaw, MachineModel } from './failure-law.ts';

/** What decides a machine's risk beside its components' ages. */
export interface MachineTraits {
  readonly model: MachineModel;
  /** Whole years, ≥ 0. */
  readonly ageYears: number;
}

/** What may happen at one visit: these components (indices into COMPONENTS, ascending; none, one or two) fail at that instant. */
export interface VisitOutcome {
  readonly failing: readonly number[];
  readonly probability: number;
}

/** Chance that a component of this age (days, at the visit) fails there, if none other did; at most 0.9. */
export function failureProbability(
  law: FailureLaw,
  machine: MachineTraits,
  componentIndex: number,
  ageDays: number,
): number {
  const component = law.components[COMPONENTS[componentIndex]!];
  const ramp = (ageDays - law.minimumFailureAgeDays) / (law.fullRiskAgeDays - law.minimumFailureAgeDays);
  const risk = Math.min(1, Math.max(0, ramp));
  const aging = Math.exp(law.ageExponentPerYear * (machine.ageYears - law.referenceAgeYears));
  return Math.min(0.9, component.failureProbability * component.modelFactor[machine.model] * aging * risk);
}

/**
 * Every outcome of a visit with its chance; the first is "no failure", they sum to 1.
 *
 * With pᵢ from {@link failureProbability}: some component fails with 1 − Π(1 − pᵢ), it is i with pᵢ / Σp, and with
 * `secondFailureProbability` another, j, fails too, with pⱼ / (Σp − pᵢ).
 */
export function visitOutcomes(
  law: FailureLaw,
  machine: MachineTraits,
  ageDays: readonly number[],
): VisitOutcome[] {
  const risks = ageDays.map((age, component) => failureProbability(law, machine, component, age));
  const total = risks.reduce((sum, risk) => sum + risk, 0);
  const none = risks.reduce((product, risk) => product * (1 - risk), 1);
  const first = risks.map((risk) => (total === 0 ? 0 : ((1 - none) * risk) / total));
  const secondAfter = (i: number, j: number) =>
    total > risks[i]! ? (first[i]! * law.secondFailureProbability * risks[j]!) / (total - risks[i]!) : 0;

  const outcomes: VisitOutcome[] = [{ failing: [], probability: none }];
  risks.forEach((risk, i) => {
    const alone = total > risk ? 1 - law.secondFailureProbability : 1;
    outcomes.push({ failing: [i], probability: first[i]! * alone });
    for (let j = i + 1; j < risks.length; j++) {
      outcomes.push({ failing: [i, j], probability: secondAfter(i, j) + secondAfter(j, i) });
    }
  });
  return outcomes;
}
