import type { Curve } from './curve.ts';
import { type Block, joinEqualPlaces, poolAdjacentViolators } from './pool-adjacent-violators.ts';

/**
 * Isotonic regression of what came true on the log odds that were said, straight between blocks, as scikit-learn's. Each block
 * counts half a row of either kind more than it has, so that no row is called impossible or certain for want of rows, and then
 * again whatever falls is pooled.
 * @param isPositive 1 for a positive row, else 0; at least one row.
 */
export function isotonicCurve(logOdds: Float64Array, isPositive: ArrayLike<number>): Curve {
  const blocks = poolAdjacentViolators(joinEqualPlaces(logOdds, isPositive)).map((block) => ({
    ...block,
    weight: block.weight + 1,
    value: (block.value * block.weight + 0.5) / (block.weight + 1),
  }));
  return straightBetween(poolAdjacentViolators(blocks));
}

function straightBetween(blocks: readonly Block[]): Curve {
  return (logOdds) => {
    const at = blocks.findIndex(({ to }) => to >= logOdds);
    const block = blocks.at(at) as Block;
    if (at <= 0 || logOdds >= block.from) return block.value;
    const before = blocks[at - 1];
    const share = (logOdds - before.to) / (block.from - before.to);
    return before.value + share * (block.value - before.value);
  };
}
