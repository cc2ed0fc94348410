/** A non-decreasing function from log odds to a probability. */
export type Curve = (logOdds: number) => number;

export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
