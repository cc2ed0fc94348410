import { seededRandom } from 'pm-core';
import { evaluateClassifier } from 'pm-core/metrics';
import { summarizeFeatures } from 'pm-core/score';
import type { EvaluationContent } from '../evaluation-content.ts';
import { matrixOf } from './matrix-of.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2015, 8, 8, 6);
const STEPS = 40;

/**
 * A report's content over some machines and 40 cutoffs 12 h apart. Every machine fails 360 h after the first cutoff, machine i of
 * component 1 + i mod 4; the model says so in the last 24 h, for all machines but the first two, and never gives a false alarm.
 */
export function plantedContent(changes: Partial<EvaluationContent> = {}, machines = 24): EvaluationContent {
  const random = seededRandom(1);
  const cells = Array.from({ length: machines * STEPS }, (_, at) =>
    cellOf(Math.floor(at / STEPS), at % STEPS),
  );
  const column = (numberOf: (cell: Cell) => number) => cells.map(numberOf);
  const classes = ['none', 'comp1', 'comp2', 'comp3', 'comp4'];
  const rows = {
    classes,
    labels: Int32Array.from(cells, ({ label }) => label),
    predicted: Int32Array.from(cells, ({ said }) => said),
    probabilities: Float32Array.from(cells.flatMap(({ said }) => chances(said, random()))),
  };
  const hoursToFailure = Float64Array.from(cells, ({ hoursLeft }) => hoursLeft);
  const matrix = matrixOf({
    volt_mean_24h: column(({ label }) => 170 + label + random()),
    age_years: column(({ machine }) => machine % 24),
    model_is_model1: column(({ machine }) => (machine % 2 === 0 ? 1 : 0)),
    model_is_model2: column(({ machine }) => (machine % 2 === 1 ? 1 : 0)),
  });
  return {
    name: 'predictive-maintenance',
    subject: 'version 7',
    evaluation: evaluateClassifier(rows, hoursToFailure),
    rows,
    matrix,
    timing: {
      machineIds: cells.map(({ machine }) => `m${machine}`),
      windowEnd: Float64Array.from(cells, ({ step }) => START + step * 12 * HOUR),
      hoursToFailure,
      predictionWindowHours: 168,
      stepHours: 12,
    },
    interval: { from: '2015-09-08T06:00:00', to: '2015-09-27T18:00:00' },
    minFailuresForVerdict: 20,
    isUnseen: true,
    split: {
      trainUntil: '2015-08-31T18:00:00',
      testFrom: '2015-09-08T06:00:00',
      source: 'fallback',
      reason: 'no failure in the 12 rows up to trainUntil 2015-01-01T00:00:00, so the first 65 % train',
      train: { rows: 1800, failureRows: 420 },
      test: { rows: 960, failureRows: 336 },
    },
    trainingFeatures: summarizeFeatures(matrix),
    importances: matrix.featureNames.map((feature, i) => ({
      feature,
      gain: 0.4 - i / 10,
      logLossRise: 0.1 / (i + 1),
    })),
    parity: {
      passed: true,
      runtime: 'onnxruntime-node 1.30.0',
      seed: 42,
      rows: 960,
      adversarialRows: 100,
      calibrationRows: 0,
      tiedRows: 3,
      trees: 200,
      leafDifferences: 0,
      labelDifferences: 0,
      maxProbabilityDifference: 1.2e-7,
    },
    sources: [['Run', 'f'.repeat(32)]],
    workflow: 'name: predictive-maintenance\n',
    ...changes,
  };
}

type Cell = ReturnType<typeof cellOf>;

function cellOf(machine: number, step: number) {
  const hoursLeft = 360 - 12 * step;
  const label = hoursLeft > 0 && hoursLeft <= 168 ? 1 + (machine % 4) : 0;
  return { machine, step, label, hoursLeft, said: hoursLeft <= 24 && machine > 1 ? label : 0 };
}

/** 0.6 for what was said, the rest among the others; some rows without an alarm are surer than others. */
function chances(said: number, draw: number): number[] {
  const sure = said === 0 ? 0.6 + 0.3 * draw : 0.6;
  return Array.from({ length: 5 }, (_, number) => (number === said ? sure : (1 - sure) / 4));
}
