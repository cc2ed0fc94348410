import { type Curve, sigmoid } from './curve.ts';

const MAX_STEPS = 100;
/** Newton steps end when neither parameter moves by more. */
const TOLERANCE = 1e-10;

/**
 * Platt's sigmoid(slope × log odds + shift) with the least log loss, against targets that his rule keeps from 0 and 1: of n
 * positives (n + 1) / (n + 2), of n others 1 / (n + 2). Newton's method, halved where it would climb (Lin, Lin & Weng 2007).
 * A slope below 0, where the score says nothing, becomes 0.
 * @param isPositive 1 for a positive row, else 0; at least one row.
 */
export function plattCurve(logOdds: Float64Array, isPositive: ArrayLike<number>): Curve {
  const targets = plattTargets(isPositive, logOdds.length);
  let fit = withLoss({ slope: 1, shift: 0 }, logOdds, targets);
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = descend(fit, logOdds, targets);
    const moved = Math.max(Math.abs(next.slope - fit.slope), Math.abs(next.shift - fit.shift));
    fit = next;
    if (moved < TOLERANCE) break;
  }
  if (fit.slope > 0) return (z) => sigmoid(fit.slope * z + fit.shift);
  const share = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  return () => share;
}

interface Fit {
  readonly slope: number;
  readonly shift: number;
}
interface FitWithLoss extends Fit {
  readonly loss: number;
}

function plattTargets(isPositive: ArrayLike<number>, rowCount: number): Float64Array {
  let positives = 0;
  for (let row = 0; row < rowCount; row++) positives += isPositive[row];
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (rowCount - positives + 2)];
  return Float64Array.from({ length: rowCount }, (_, row) => (isPositive[row] ? high : low));
}

/** One Newton step, as long as it lowers the loss. */
function descend(fit: FitWithLoss, logOdds: Float64Array, targets: Float64Array): FitWithLoss {
  const [bySlope, byShift] = newtonStep(fit, logOdds, targets);
  for (let length = 1; length > 1e-10; length /= 2) {
    const moved = { slope: fit.slope - length * bySlope, shift: fit.shift - length * byShift };
    const next = withLoss(moved, logOdds, targets);
    if (next.loss < fit.loss) return next;
  }
  return fit;
}

const withLoss = (fit: Fit, logOdds: Float64Array, targets: Float64Array): FitWithLoss => ({
  ...fit,
  loss: loss(fit, logOdds, targets),
});

function newtonStep({ slope, shift }: Fit, logOdds: Float64Array, targets: Float64Array): [number, number] {
  let [g1, g0, h11, h10, h00] = [0, 0, 1e-12, 0, 1e-12];
  for (let row = 0; row < targets.length; row++) {
    const z = logOdds[row];
    const p = sigmoid(slope * z + shift);
    const [error, weight] = [p - targets[row], p * (1 - p)];
    g1 += error * z;
    g0 += error;
    h11 += weight * z * z;
    h10 += weight * z;
    h00 += weight;
  }
  const determinant = h11 * h00 - h10 * h10;
  return [(h00 * g1 - h10 * g0) / determinant, (h11 * g0 - h10 * g1) / determinant];
}

function loss({ slope, shift }: Fit, logOdds: Float64Array, targets: Float64Array): number {
  let total = 0;
  for (let row = 0; row < targets.length; row++) {
    const z = slope * logOdds[row] + shift;
    // ln(1 + e^z) − target × z, without overflow.
    total += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[row] * z;
  }
  return total;
}
