import { z } from 'zod';

/** What `certifyParity` compared, and found. It is stored with the model. */
export const ParityCertificate = z.strictObject({
  passed: z.literal(true),
  /** Name and version of the ONNX runtime. */
  runtime: z.string(),
  /** Of the choice of rows. */
  seed: z.int(),
  /** Real rows compared. */
  rows: z.int(),
  /** Rows compared that were made to be scored wrongly. */
  adversarialRows: z.int(),
  /** Rows among them whose two most probable classes are equally probable. */
  tiedRows: z.int(),
  /** Sums of units compared that lie at the steps of the calibration, behind the trees; 0 without a calibration. */
  calibrationRows: z.int().default(0),
  /** Trees whose leaf was compared in every row: all of them. */
  trees: z.int(),
  /** Pairs of row and tree that ended in different leaves. */
  leafDifferences: z.literal(0),
  labelDifferences: z.literal(0),
  maxProbabilityDifference: z.number().max(1e-6),
});
export type ParityCertificate = z.infer<typeof ParityCertificate>;
