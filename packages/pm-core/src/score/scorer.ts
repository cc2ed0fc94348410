import { readFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { Predictions } from '../forest/index.ts';
import { LABEL_OUTPUT, PROBABILITY_OUTPUT_PREFIX, readFeatureNames } from '../onnx/index.ts';
import { fillRows } from './fill-rows.ts';
import { type OnnxOutputs, type OnnxSession, type OpenSession, openSession } from './onnx-session.ts';
import { selectFeatures } from './select-features.ts';

export interface Scorer {
  /** The model's features in its own order; undefined for a model from elsewhere, whose columns are taken as they come. */
  readonly featureNames: readonly string[] | undefined;
  readonly classes: readonly string[];
  /**
   * Scores all rows; columns are matched by name, more than the model's are ignored. Beside the answer it holds one batch.
   * @throws UserError `missing-columns` where the matrix lacks a feature of the model.
   */
  score(matrix: FeatureMatrix, options?: ScoreOptions): Promise<Predictions>;
  close(): Promise<void>;
}

export interface ScoreOptions {
  /** Rows given to the runtime at a time, 16,384 by default; the answer does not depend on it. */
  readonly batchRows?: number;
  /** Told after each batch. */
  readonly onProgress?: (rowsDone: number) => void;
}

export interface ScorerOptions {
  /** Threads of ONNX Runtime; the answer does not depend on it. */
  readonly threads?: number;
  readonly openSession?: OpenSession;
}

/**
 * Opens a model given by its bytes or by its path.
 * @throws UserError `model-not-found` for a path without a file, `unreadable-model` for a model without the outputs
 * `label` and `probability_…`, and what {@link openSession} throws.
 */
export async function openScorer(model: Uint8Array | string, options: ScorerOptions = {}): Promise<Scorer> {
  const { threads = 2, openSession: open = openSession } = options;
  const bytes = typeof model === 'string' ? await readModel(model) : model;
  const session = await open(bytes, { threads });
  const classes = classNames(session.outputNames);
  const featureNames = readFeatureNames(bytes);
  return {
    featureNames,
    classes,
    async score(matrix, scoreOptions = {}) {
      const selected =
        featureNames === undefined ? matrix : selectFeatures(matrix, featureNames, 'the model');
      return scoreInBatches(session, selected, classes, scoreOptions);
    },
    close: () => session.close(),
  };
}

async function readModel(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new UserError('model-not-found', `the model ${path} cannot be read: ${cause}`, { cause });
  });
}

function classNames(outputNames: readonly string[]): string[] {
  const classes = outputNames
    .filter((name) => name.startsWith(PROBABILITY_OUTPUT_PREFIX))
    .map((name) => name.slice(PROBABILITY_OUTPUT_PREFIX.length));
  if (classes.length >= 2 && outputNames.includes(LABEL_OUTPUT)) return classes;
  throw new UserError(
    'unreadable-model',
    `the model answers with ${outputNames.join(', ')}; ${LABEL_OUTPUT} and at least two ${PROBABILITY_OUTPUT_PREFIX}CLASS are needed`,
  );
}

async function scoreInBatches(
  session: OnnxSession,
  matrix: FeatureMatrix,
  classes: readonly string[],
  { batchRows = 16_384, onProgress }: ScoreOptions,
): Promise<Predictions> {
  const { rowCount, columns } = matrix;
  const label = new Uint8Array(rowCount);
  const probabilities = new Float32Array(rowCount * classes.length);
  const values = new Float32Array(Math.min(batchRows, rowCount) * columns.length);
  for (let start = 0; start < rowCount; start += batchRows) {
    const count = Math.min(batchRows, rowCount - start);
    const batch = values.subarray(0, count * columns.length);
    fillRows(columns, { start, count, into: batch });
    const outputs = await session.run(batch, count);
    copyLabels(outputs, label.subarray(start, start + count));
    classes.forEach((name, index) => {
      const column = outputs[`${PROBABILITY_OUTPUT_PREFIX}${name}`];
      for (let row = 0; row < count; row++) {
        probabilities[(start + row) * classes.length + index] = Number(column[row]);
      }
    });
    onProgress?.(start + count);
  }
  return { label, probabilities };
}

function copyLabels(outputs: OnnxOutputs, into: Uint8Array): void {
  const labels = outputs[LABEL_OUTPUT];
  for (let row = 0; row < into.length; row++) into[row] = Number(labels[row]);
}
