import { z } from 'zod';
import { UserError } from './errors.ts';

const Hours = z.int().positive();
const Fraction = z.number().min(0).max(1);
const Timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, 'a UTC timestamp such as 2015-08-31T18:00:00');

const Simulate = z.strictObject({
  machines: z.int().positive().default(100),
  hours: z.int().positive().default(8761),
  seed: z.int().nonnegative().default(42),
  start: Timestamp.default('2015-01-01T06:00:00'),
});

const Ingest = z.strictObject({
  /** More rejected rows than this fraction of a file stop the ingest. */
  maxRejectedFraction: Fraction.default(0.01),
});

const Features = z
  .strictObject({
    /** Spacing of the grid of cutoffs. */
    tumblingWindowHours: Hours.default(12),
    /** Telemetry windows (T − lookback, T], ascending multiples of the tumbling window. */
    lookbackHours: z.array(Hours).min(1).default([12, 24, 36]),
    errorLookbackHours: Hours.default(24),
  })
  .refine((f) => f.lookbackHours.every((h) => h % f.tumblingWindowHours === 0), {
    path: ['lookbackHours'],
    error: 'each lookback must be a multiple of tumblingWindowHours',
  });

const Split = z.strictObject({
  trainUntil: Timestamp,
  testFrom: Timestamp,
});

const Model = z.strictObject({
  algorithm: z.enum(['random-forest', 'decision-tree']).default('random-forest'),
  trees: z.int().positive().max(2000).default(200),
  maxDepth: z.int().positive().max(30).default(15),
  bins: z.int().min(2).max(255).default(64),
  /** Features drawn at each node. */
  featuresPerNode: z.union([z.enum(['sqrt', 'all']), z.int().positive()]).default('sqrt'),
  /** Fraction of the training rows drawn for each tree, without replacement. */
  subsample: Fraction.gt(0).default(0.632),
  minRowsPerLeaf: z.int().positive().default(1),
  seed: z.int().nonnegative().default(42),
});

const Evaluate = z.strictObject({
  permutationRows: z.int().positive().max(10_000).default(10_000),
  leakProbeRows: z.int().positive().default(200),
  /** Classes with fewer test failures than this get no verdict of their own. */
  minFailuresForVerdict: z.int().positive().default(20),
});

/** A workflow file (config/NAME.yaml): unknown keys are refused, missing ones take the defaults above. */
export const WorkflowConfig = z
  .strictObject({
    /** Names the experiment and the registered model. */
    name: z.string().regex(/^[A-Za-z0-9_\-. ]+$/, 'letters, digits, space, _ - and . only'),
    simulate: Simulate.prefault({}),
    ingest: Ingest.prefault({}),
    features: Features.prefault({}),
    /** Length of the future that a label covers: a failure in (T, T + window]. */
    predictionWindowHours: Hours.default(168),
    split: Split,
    model: Model.prefault({}),
    evaluate: Evaluate.prefault({}),
  })
  .superRefine((config, context) => {
    const gapHours = hoursBetween(config.split.trainUntil, config.split.testFrom);
    if (gapHours < config.predictionWindowHours) {
      context.addIssue({
        code: 'custom',
        path: ['split', 'testFrom'],
        message: `the gap between trainUntil and testFrom is ${gapHours} h, shorter than predictionWindowHours (${config.predictionWindowHours} h): training labels would look into the test part`,
      });
    }
  });
export type WorkflowConfig = z.infer<typeof WorkflowConfig>;

/** Hours from one UTC timestamp without zone to another. */
export function hoursBetween(from: string, to: string): number {
  return (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 3_600_000;
}

/**
 * Checks a parsed workflow file; the result is frozen. `locate` tells where a key stands, such as `file:line:column`.
 * @throws UserError `bad-config` listing every fault with its place and path.
 */
export function parseConfig(
  input: unknown,
  source: string,
  locate: (path: readonly PropertyKey[]) => string = () => source,
): WorkflowConfig {
  const result = WorkflowConfig.safeParse(input);
  if (result.success) return Object.freeze(result.data);
  const faults = result.error.issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    return `  ${locate(path)}: ${path.join('.') || '(top)'}: ${issue.message}`;
  });
  throw new UserError('bad-config', `${source} is not a valid workflow file:\n${faults.join('\n')}`, {
    next: 'Correct the keys named above; packages/pm-core/src/config.ts says what each may be.',
  });
}
