import { type Dimension, optionsOf, type Scalar } from './search-space.ts';

/** How many options a parameter chooses from; undefined for a number. A plain value is its only option. */
export function optionCount(dimension: Dimension): number | undefined {
  return typeof dimension === 'object' ? optionsOf(dimension)?.length : 1;
}

/** The value at a place 0 ≤ unit < 1 of a parameter's range. */
export function valueAt(dimension: Dimension, unit: number): Scalar {
  if (typeof dimension !== 'object') return dimension;
  if ('uniform' in dimension) {
    const [low, high] = dimension.uniform;
    return low + unit * (high - low);
  }
  if ('logUniform' in dimension) {
    const [low, high] = dimension.logUniform;
    return Math.min(high, Math.max(low, low * (high / low) ** unit));
  }
  if ('integer' in dimension) {
    const [low, high] = dimension.integer;
    return low + Math.floor(unit * (high - low + 1));
  }
  const options = optionsOf(dimension)!;
  return options[Math.floor(unit * options.length)]!;
}

/** The place of a value in its parameter's range, 0 ≤ place ≤ 1: the middle of those that give it. NaN for a value that it cannot have. */
export function placeOf(dimension: Dimension, value: Scalar | undefined): number {
  if (typeof dimension !== 'object') return value === dimension ? 0.5 : Number.NaN;
  const options = optionsOf(dimension);
  if (options !== undefined) {
    const index = options.indexOf(value!);
    return index === -1 ? Number.NaN : (index + 0.5) / options.length;
  }
  const place = typeof value === 'number' ? placeOfNumber(dimension, value) : Number.NaN;
  return place >= 0 && place <= 1 ? place : Number.NaN;
}

function placeOfNumber(dimension: Exclude<Dimension, Scalar>, value: number): number {
  if ('uniform' in dimension) {
    const [low, high] = dimension.uniform;
    return (value - low) / (high - low);
  }
  if ('logUniform' in dimension) {
    const [low, high] = dimension.logUniform;
    return Math.log(value / low) / Math.log(high / low);
  }
  if (!('integer' in dimension)) return Number.NaN;
  const [low, high] = dimension.integer;
  return (value - low + 0.5) / (high - low + 1);
}
