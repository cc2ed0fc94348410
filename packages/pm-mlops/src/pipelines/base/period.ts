import { timestampLiteral } from 'pm-core/engine';

/** First and last cutoff, both included; open where not given. */
export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** SQL condition on window_end. */
export function inPeriod({ from, to }: Period): string {
  const terms = [
    ...(from === undefined ? [] : [`window_end >= ${timestampLiteral(from)}`]),
    ...(to === undefined ? [] : [`window_end <= ${timestampLiteral(to)}`]),
  ];
  return terms.length === 0 ? 'true' : `(${terms.join(' AND ')})`;
}
