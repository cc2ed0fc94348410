import { FeatureSummary, ParityCertificate } from 'pm-core/score';
import { z } from 'zod';

const Timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, 'a UTC timestamp');

/** What a model knows of its making (`training-facts.json`). No time and no id of a run is in it: same data and seed, same bytes. */
export const TrainingFacts = z.strictObject({
  formatVersion: z.literal(1),
  /** Version of this package that trained the model. */
  packageVersion: z.string(),
  /** In the order of the model's input columns. */
  featureNames: z.array(z.string()).min(1),
  /** In the order of the label's numbers. */
  classes: z.array(z.string()).min(2),
  /** Decision thresholds by class: a probability at or above it asks for action. Empty where the label alone decides. */
  thresholds: z.record(z.string(), z.number().min(0).max(1)),
  /** First and last window_end of the training rows; null for a workflow without time. */
  trainingInterval: z.strictObject({ from: Timestamp, to: Timestamp }).nullable(),
  /** Null for a workflow without time. */
  predictionWindowHours: z.number().positive().nullable(),
  /** Where each feature's values lay in the training rows, by name. */
  features: z.record(z.string(), FeatureSummary),
  parity: ParityCertificate,
  /** The workflow file as it was read, defaults included. */
  config: z.record(z.string(), z.unknown()),
  /** What the forest itself says of the rows of the input example. */
  expectedPredictions: z.strictObject({
    label: z.array(z.int().nonnegative()),
    /** One list a row, in the order of the classes. */
    probabilities: z.array(z.array(z.number())),
  }),
});
export type TrainingFacts = z.infer<typeof TrainingFacts>;
