import { differenceSentence } from './difference-sentence.ts';
import type { GateCheck } from './gate-check.ts';
import type { PairedDifference } from './paired-bootstrap.ts';

/**
 * Whether acting on the candidate's alerts costs no more than `maxIncrease` (a share of the champion's cost) above acting on the
 * champion's, in the same period. Costs that were not measured stop nobody: a version without thresholds has none.
 */
export function costCheck(cost: PairedDifference | undefined, maxIncrease: number | 'off'): GateCheck {
  const limit = maxIncrease === 'off' ? null : maxIncrease;
  const check = { name: 'cost', limit, stops: false };
  if (cost === undefined) {
    const verdict = limit === null ? 'not asked' : 'not enough evidence';
    return { ...check, verdict, figures: {}, sentence: 'the cost of acting on both was not measured' };
  }
  const { candidate, champion } = cost;
  const sentence = `acting on its alerts costs ${candidate.toFixed(1)} against ${champion.toFixed(1)} in the unit of the workflow's costs (${differenceSentence({ ...cost, digits: 1 })})`;
  const figures = { ...cost };
  if (limit === null) return { ...check, verdict: 'not asked', figures, sentence };
  const isTooMuch = candidate > champion * (1 + limit);
  return {
    ...check,
    verdict: isTooMuch ? 'failed' : 'passed',
    stops: isTooMuch,
    figures,
    sentence: `${sentence}; at most ${limit * 100} % more is asked for`,
  };
}
