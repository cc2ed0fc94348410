/** Rows whose code is at most `code` go left, greater ones right; nulls as `nullGoesLeft` says. */
export interface Split {
  readonly feature: number;
  /** From 1 to the feature's last code, which separates values from nulls. */
  readonly code: number;
  /** Where the node has no null of the feature: true if at least half of its rows go left. */
  readonly nullGoesLeft: boolean;
  /** Decrease of rows × gini impurity from the node to its two children, ≥ 0 but for rounding. */
  readonly gain: number;
}
