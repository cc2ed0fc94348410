/** A run of neighbours that share one fitted value. */
export interface Block {
  /** Sum of the weights. */
  readonly weight: number;
  /** First and last place (what the values are sorted by). */
  readonly from: number;
  readonly to: number;
  /** Weighted mean of the values. */
  readonly value: number;
}

/**
 * The non-decreasing values nearest to those given, by weighted squares, in one pass: a block that is not above the one before
 * it is pooled with it (Ayer et al. 1955).
 * @param points in ascending order of place; equal places are for the caller to join before.
 */
export function poolAdjacentViolators(points: Iterable<Block>): Block[] {
  const blocks: Block[] = [];
  for (const point of points) {
    let last = point;
    for (let before = blocks.at(-1); before !== undefined && before.value >= last.value; ) {
      last = joined(before, last);
      blocks.pop();
      before = blocks.at(-1);
    }
    blocks.push(last);
  }
  return blocks;
}

/** Points of one place joined into one each. `places` need not be sorted; each point weighs 1. */
export function joinEqualPlaces(places: Float64Array, values: ArrayLike<number>): Block[] {
  const order = Int32Array.from(places.keys()).sort((a, b) => places[a] - places[b]);
  const blocks: Block[] = [];
  for (const at of order) {
    const point = { weight: 1, from: places[at], to: places[at], value: values[at] };
    const last = blocks.at(-1);
    if (last?.from === point.from) blocks[blocks.length - 1] = joined(last, point);
    else blocks.push(point);
  }
  return blocks;
}

function joined(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return { weight, from: a.from, to: b.to, value: (a.value * a.weight + b.value * b.weight) / weight };
}
