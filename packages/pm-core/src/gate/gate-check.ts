export type CheckVerdict = 'passed' | 'failed' | 'not asked' | 'not enough evidence';

/** One thing that the gate looks at. */
export interface GateCheck {
  readonly name: string;
  readonly verdict: CheckVerdict;
  /** Whether it keeps the candidate out. A limit that nothing can be held against stops nobody; a comparison without evidence does. */
  readonly stops: boolean;
  /** What was measured, by name. */
  readonly figures: Readonly<Record<string, number | string | null>>;
  /** What the figures are held against; null where nothing is asked. */
  readonly limit: number | null;
  /** One sentence for people, without a capital and a full stop. */
  readonly sentence: string;
}
