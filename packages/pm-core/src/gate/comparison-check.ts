import { countText } from '../count-text.ts';
import { differenceSentence, signed } from './difference-sentence.ts';
import type { GateCheck } from './gate-check.ts';
import type { Comparison } from './gate-evidence.ts';
import type { PairedDifference } from './paired-bootstrap.ts';

/** Whether a check is the comparison with the champion, which is named as its figure. */
export const isComparisonCheck = ({ name }: Pick<GateCheck, 'name'>): boolean =>
  name === 'macro F1' || name === 'ROC AUC';

/**
 * Whether the compared figure is not worse than the champion's: the difference is not below 0, and the lower end of its bootstrap interval
 * not below −`maxLoss`. Without an interval the logged figures are held against each other and marked as not paired.
 */
export function comparisonCheck(comparison: Comparison, maxLoss: number | 'off'): GateCheck {
  const check = { name: comparison.figure, limit: maxLoss === 'off' ? null : maxLoss };
  const { verdict, figures, sentence } = judge(comparison, maxLoss === 'off' ? 1 : maxLoss);
  if (maxLoss === 'off') return { ...check, verdict: 'not asked', stops: false, figures, sentence };
  return { ...check, verdict, stops: verdict !== 'passed', figures, sentence };
}

type Judged = Pick<GateCheck, 'figures' | 'sentence'> & {
  verdict: 'passed' | 'failed' | 'not enough evidence';
};

function judge(comparison: Comparison, maxLoss: number): Judged {
  if (comparison.kind === 'none') {
    return { verdict: 'not enough evidence', figures: { paired: 'no' }, sentence: comparison.reason };
  }
  if (comparison.kind === 'logged') return judgeLogged(comparison);
  const { rows, difference, figure } = comparison;
  if (difference === undefined) {
    const sentence = `the common test rows have no ${figure}, so there is nothing to judge by: a class is missing`;
    return { verdict: 'not enough evidence', figures: { paired: 'yes', rows }, sentence };
  }
  return judgePaired({ ...difference, figure }, rows, maxLoss);
}

function judgePaired(
  { figure, ...found }: PairedDifference & Pick<Comparison, 'figure'>,
  rows: number,
  maxLoss: number,
): Judged {
  const { candidate, champion, difference, low } = found;
  const isWorse = difference < 0;
  const isUnsure = !isWorse && low < -maxLoss;
  const word = isWorse
    ? 'it is worse'
    : low > 0
      ? 'it is better'
      : isUnsure
        ? 'it is not known to be as good'
        : 'it is not worse';
  const figures = `${figure} ${candidate.toFixed(4)} against ${champion.toFixed(4)} on the same ${countText(rows)} rows`;
  const interval = differenceSentence({ ...found, rows, digits: 4 });
  const asked = isUnsure ? `; it must not go below ${signed(-maxLoss, 4)}` : '';
  return {
    verdict: isWorse || isUnsure ? 'failed' : 'passed',
    figures: { paired: 'yes', rows, ...found },
    sentence: `${word}: ${figures} (${interval}${asked})`,
  };
}

function judgeLogged({
  figure,
  reason,
  candidate,
  champion,
}: Extract<Comparison, { readonly kind: 'logged' }>): Judged {
  const isWorse = candidate < champion;
  return {
    verdict: isWorse ? 'failed' : 'passed',
    figures: { paired: 'no', candidate, champion, difference: candidate - champion },
    sentence: `by its own test rows it is ${isWorse ? 'worse' : 'not worse'}: logged ${figure} ${candidate.toFixed(4)} against ${champion.toFixed(4)}, not paired, because ${reason}`,
  };
}
