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

/**
 * Rows of one place joined into one point each, whose value is the share of positive ones. The places of either kind are sorted by
 * themselves, natively, and walked side by side: half a million rows take a tenth of what sorting their numbers takes.
 * @param isPositive 1 for a positive row, else 0.
 */
export function joinEqualPlaces(places: Float64Array, isPositive: ArrayLike<number>): Block[] {
  const positives = places.filter((_, row) => isPositive[row] === 1).sort();
  const others = places.filter((_, row) => isPositive[row] !== 1).sort();
  const points: Block[] = [];
  for (let p = 0, o = 0; p < positives.length || o < others.length; ) {
    const place = Math.min(positives[p] ?? Number.POSITIVE_INFINITY, others[o] ?? Number.POSITIVE_INFINITY);
    const [firstPositive, firstOther] = [p, o];
    while (positives[p] === place) p++;
    while (others[o] === place) o++;
    const weight = p - firstPositive + (o - firstOther);
    points.push({ weight, from: place, to: place, value: (p - firstPositive) / weight });
  }
  return points;
}

function joined(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return { weight, from: a.from, to: b.to, value: (a.value * a.weight + b.value * b.weight) / weight };
}
