/** What a model says of each row. */
export interface Predictions {
  /** Number of the most probable class of each row, the lowest on a tie. */
  readonly label: Uint8Array;
  /** Row-major, rows × classes. */
  readonly probabilities: Float32Array;
}
