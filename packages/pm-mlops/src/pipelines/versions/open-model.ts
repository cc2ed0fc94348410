import { UserError } from 'pm-core';
import { LABEL_OUTPUT, PROBABILITY_OUTPUT_PREFIX } from 'pm-core/onnx';
import {
  type OnnxOutputs,
  type OpenSession,
  openScorer,
  openSession,
  type Predictions,
  type Scorer,
  selectFeatures,
} from 'pm-core/score';
import type { ModelPackage } from '../../mlflow/model-package/index.ts';

/** The one matrix in which models converted from Python libraries give the probabilities of all classes. */
const JOINT_OUTPUT = 'probabilities';

/**
 * Opens a stored model, ours or one that Python logged, to tell `classes` apart; messages call it `name`. Its columns are those
 * of its signature, in that order: the model of another library does not know their names. It answers with `label` (the number
 * of a class) and either `probability_CLASS` each, or `probabilities` [rows, classes], as skl2onnx and its relatives have it.
 * @throws UserError `unsupported-model` for other answers or classes; from score() also where it gives no probability for a row,
 * and `missing-columns`.
 */
export async function openModel(
  { modelPath, signature }: ModelPackage,
  { classes, name }: { readonly classes: readonly string[]; readonly name: string },
): Promise<Scorer> {
  const refuse = (why: string, cause?: unknown) => unsupported(name, why, cause);
  const openSession = withClassColumns(classes, refuse);
  const scorer = await openScorer(modelPath, { openSession }).catch((error: unknown) => {
    if (!(error instanceof UserError && error.code === 'unreadable-model')) throw error;
    throw refuse(error.message, error);
  });
  if (scorer.classes.join() !== classes.join()) {
    await scorer.close();
    throw new UserError(
      'unsupported-model',
      `${name} cannot be used here: it tells ${scorer.classes.join(', ')} apart, not ${classes.join(', ')}.`,
      { next: 'If it is of another workflow, name the file of that one with --config.' },
    );
  }
  const inputs = signature.inputs.map((column) => column.name);
  return {
    ...scorer,
    featureNames: inputs,
    async score(matrix, options) {
      const predictions = await scorer.score(selectFeatures(matrix, inputs, name), options);
      checkPredictions(predictions, classes.length, refuse);
      return predictions;
    },
  };
}

/** A session whose answer has one output a class, whatever the model's own. */
function withClassColumns(classes: readonly string[], refuse: Refuse): OpenSession {
  return async (model, options) => {
    const session = await openSession(model, options);
    const run: typeof session.run = async (values, rowCount) => {
      const outputs = await session.run(values, rowCount).catch((cause: unknown) => {
        throw refuse(`ONNX Runtime cannot run it on ${values.length / rowCount} columns (${cause})`, cause);
      });
      return JOINT_OUTPUT in outputs ? splitByClass(outputs, rowCount, classes, refuse) : outputs;
    };
    if (!session.outputNames.includes(JOINT_OUTPUT)) return { ...session, run };
    const outputNames = [LABEL_OUTPUT, ...classes.map((name) => PROBABILITY_OUTPUT_PREFIX + name)];
    return { ...session, outputNames, run };
  };
}

function splitByClass(
  outputs: OnnxOutputs,
  rowCount: number,
  classes: readonly string[],
  refuse: Refuse,
): OnnxOutputs {
  const joint = outputs[JOINT_OUTPUT]!;
  const label = outputs[LABEL_OUTPUT];
  if (label === undefined) throw refuse(`it has no output ${LABEL_OUTPUT}`);
  const width = joint.length / rowCount;
  if (width !== classes.length) {
    throw refuse(`it tells ${width} classes apart, not the ${classes.length} of ${classes.join(', ')}`);
  }
  const column = (at: number) =>
    Float32Array.from({ length: rowCount }, (_, row) => Number(joint[row * width + at]));
  const columns = classes.map((name, at) => [PROBABILITY_OUTPUT_PREFIX + name, column(at)]);
  return { [LABEL_OUTPUT]: label, ...Object.fromEntries(columns) };
}

/** A model without a rule for nulls answers NaN. */
function checkPredictions({ label, probabilities }: Predictions, classCount: number, refuse: Refuse): void {
  const odd = label.find((number) => number >= classCount);
  if (odd !== undefined) throw refuse(`it gives label ${odd}, which is no class`);
  const rows = new Set<number>();
  probabilities.forEach((value, at) => {
    if (!(value >= 0 && value <= 1.000001)) rows.add(Math.floor(at / classCount));
  });
  if (rows.size === 0) return;
  throw refuse(
    `it gives no probability for ${rows.size} of ${label.length} rows, which may hold nulls that it has no rule for`,
  );
}

type Refuse = (why: string, cause?: unknown) => UserError;

function unsupported(name: string, why: string, cause: unknown): UserError {
  return new UserError('unsupported-model', `${name} cannot be used here: ${why}.`, {
    next: `Log it with mlflow.onnx: one float input, and the outputs ${LABEL_OUTPUT} and ${JOINT_OUTPUT} (skl2onnx: zipmap=False).`,
    cause,
  });
}
