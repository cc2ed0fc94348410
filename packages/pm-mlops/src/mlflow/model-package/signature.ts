import { LABEL_OUTPUT, PROBABILITY_OUTPUT_PREFIX } from 'pm-core/onnx';
import { z } from 'zod';

/** A named column of a model signature, in MLflow's type names. */
export const SignatureColumn = z.object({
  type: z.string(),
  name: z.string(),
  required: z.boolean().default(true),
});
export type SignatureColumn = z.infer<typeof SignatureColumn>;

/** The contract between training and scoring: columns by name, in the model's order. */
export interface Signature {
  readonly inputs: readonly SignatureColumn[];
  readonly outputs: readonly SignatureColumn[];
}

/**
 * The signature of a forest. Every input is a double that must be there: MLflow takes a null in a double column and refuses one in
 * an integer column, and an optional column that is left out would change the width of the input.
 */
export function forestSignature(featureNames: readonly string[], classes: readonly string[]): Signature {
  return {
    inputs: featureNames.map((name) => ({ type: 'double', name, required: true })),
    outputs: [
      { type: 'long', name: LABEL_OUTPUT, required: true },
      ...classes.map((name) => ({
        type: 'float',
        name: `${PROBABILITY_OUTPUT_PREFIX}${name}`,
        required: true,
      })),
    ],
  };
}
