import { createUnitPowers, type UnitPowers, unitPower } from './unit-powers.ts';

/** Margins and labels of the training rows, and room for their gradients, in shared memory. */
export interface GradientData {
  /** Trees of a round: 1 with two classes (the margin of the second one), else one a class. */
  readonly outputCount: number;
  /** Rows that have gradients; validation rows come after them. */
  readonly trainCount: number;
  /** All rows, the validation rows among them. */
  readonly rowCount: number;
  readonly labels: Uint8Array;
  /** Weight of a row of each class. */
  readonly weights: Float64Array;
  /** `margins[output × rowCount + row]`, in units. */
  readonly margins: Int32Array<SharedArrayBuffer>;
  readonly unitsPerOne: number;
  /** First and second derivative in turn, whole numbers: `gradients[2 × (output × trainCount + row)]` and the one after. */
  readonly gradients: Float64Array<SharedArrayBuffer>;
  /** A power of two: derivatives are multiples of 1 / gradientScale. */
  readonly gradientScale: number;
}

/**
 * Derivatives are rounded to 24 bits behind the greatest weight. Being whole numbers, 2^24 at most, their sums over the up to 2^26
 * rows of a training stay below 2^53: exact in a double, and so the same in any order, with any number of workers, and when
 * a child's histogram is its parent's minus its sibling's.
 */
export function gradientScaleFor(weights: Float64Array): number {
  return 2 ** (24 - Math.ceil(Math.log2(Math.max(...weights))));
}

/**
 * Makes a function that writes the derivatives of the log loss by the margin for the rows from ≤ i < to.
 *
 * With p the predicted probability, y 1 for the row's own class and else 0, w its weight: g = w (p − y), and h = w p (1 − p) with two
 * classes, twice that with more, a bound of the softmax's Hessian by its diagonal. T. Chen, C. Guestrin, "XGBoost: A Scalable
 * Tree Boosting System", KDD 2016, section 2.2; J. Friedman, T. Hastie, R. Tibshirani, "Additive logistic regression", 2000.
 */
export function createGradientWriter(data: GradientData): (from: number, to: number) => void {
  const powers = createUnitPowers(data.unitsPerOne);
  return data.outputCount === 1
    ? (from, to) => writeLogistic(data, powers, from, to)
    : (from, to) => writeSoftmax(data, powers, from, to);
}

function writeLogistic(data: GradientData, powers: UnitPowers, from: number, to: number): void {
  const { labels, weights, margins, gradients, gradientScale } = data;
  for (let row = from; row < to; row++) {
    const label = labels[row];
    const odds = unitPower(powers, margins[row]);
    const probability = odds / (1 + odds);
    const scale = weights[label] * gradientScale;
    write(gradients, row, (probability - label) * scale, probability * (1 - probability) * scale);
  }
}

function writeSoftmax(data: GradientData, powers: UnitPowers, from: number, to: number): void {
  const { outputCount, trainCount, labels, weights, gradients, gradientScale } = data;
  const probabilities = new Float64Array(outputCount);
  for (let row = from; row < to; row++) {
    const scale = weights[labels[row]] * gradientScale;
    writeProbabilities(data, powers, row, probabilities);
    for (let output = 0; output < outputCount; output++) {
      const p = probabilities[output];
      const own = output === labels[row] ? 1 : 0;
      write(gradients, output * trainCount + row, (p - own) * scale, 2 * p * (1 - p) * scale);
    }
  }
}

/**
 * Rounds by Math.floor, as Math.round takes as long as all the rest. The second derivative is 1 at least: a sum of 0 then says that
 * there is no row.
 */
function write(gradients: Float64Array, place: number, first: number, second: number): void {
  gradients[2 * place] = Math.floor(first + 0.5);
  gradients[2 * place + 1] = Math.max(1, Math.floor(second + 0.5));
}

/** Probabilities of a row's classes by its margins. */
function writeProbabilities(data: GradientData, powers: UnitPowers, row: number, into: Float64Array): void {
  const { margins, rowCount } = data;
  const most = greatestMargin(data, row);
  let total = 0;
  for (let output = 0; output < into.length; output++) {
    total += into[output] = unitPower(powers, margins[output * rowCount + row] - most);
  }
  for (let output = 0; output < into.length; output++) into[output] /= total;
}

function greatestMargin({ margins, rowCount, outputCount }: GradientData, row: number): number {
  let most = margins[row];
  for (let output = 1; output < outputCount; output++) {
    most = Math.max(most, margins[output * rowCount + row]);
  }
  return most;
}

/** Mean of −ln(probability of the row's own class) over the validation rows, unweighted. */
export function validationLoss(data: GradientData): number {
  const { outputCount, trainCount, rowCount } = data;
  let total = 0;
  for (let row = trainCount; row < rowCount; row++) {
    total += outputCount === 1 ? logisticLoss(data, row) : softmaxLoss(data, row);
  }
  return total / (rowCount - trainCount);
}

function logisticLoss({ labels, margins, unitsPerOne }: GradientData, row: number): number {
  const against = (labels[row] === 1 ? -margins[row] : margins[row]) / unitsPerOne;
  return Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
}

/** ln Σ e^(m − greatest) − (own m − greatest): no loss is too great for a double. */
function softmaxLoss(data: GradientData, row: number): number {
  const { outputCount, rowCount, labels, margins, unitsPerOne } = data;
  const most = greatestMargin(data, row);
  let total = 0;
  for (let output = 0; output < outputCount; output++) {
    total += Math.exp((margins[output * rowCount + row] - most) / unitsPerOne);
  }
  return Math.log(total) + (most - margins[labels[row] * rowCount + row]) / unitsPerOne;
}
