import { z } from 'zod';
import { UserError } from './errors.ts';
import { Fraction, ModelParams } from './model-params.ts';
import { CLASSES } from './tables.ts';
import { DEFAULT_SPACE } from './tune/default-space.ts';
import { LOSS_METRICS } from './tune/loss-metric.ts';
import { SearchSpace } from './tune/search-space.ts';
import { spaceFaults } from './tune/space-faults.ts';

export * from './model-params.ts';

const Hours = z.int().positive();
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

/** Shares of the rows by part, drawn by class; what neither has tests. */
const RowSplitConfig = z
  .strictObject({
    train: Fraction.gt(0).lt(1).default(0.6),
    /** What early stopping and a search listen to; no tree learns from it. */
    validation: Fraction.gt(0).lt(1).default(0.2),
    seed: z.int().nonnegative().default(42),
  })
  .refine(({ train, validation }) => train + validation < 1, {
    path: ['validation'],
    error: 'train and validation together must leave rows to test on',
  });

/** A column as tables here have it: what a file calls `Fixed Acidity` is fixed_acidity. */
const ColumnName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _ only');
const TARGET_RULE = /^\s*([a-z][a-z0-9_]*)\s*(>=|>|<=|<|=)\s*([+-]?\d+(?:\.\d+)?)\s*$/;

const Evaluate = z.strictObject({
  permutationRows: z.int().positive().max(10_000).default(10_000),
  leakProbeRows: z.int().positive().default(200),
  /** Classes with fewer test failures than this get no verdict of their own. */
  minFailuresForVerdict: z.int().positive().default(20),
});

/**
 * How raw scores become probabilities, by curves fitted on rows of groups (machines) that the model had not learned from. `auto`:
 * for a forest or a decision tree `isotonic` or `platt`, or with two classes `platt`, which ranks rows as before: the one that
 * serves rows best that its curves were not fitted on, `none` unless it lowers their log loss and their calibration error;
 * `none` for boosted trees, which minimise log loss themselves.
 */
export const CalibrationMethod = z.enum(['auto', 'none', 'isotonic', 'platt']);
export type CalibrationMethod = z.infer<typeof CalibrationMethod>;
const Off = z.literal('off');

/** What a candidate must show before it replaces the version in Production; what is `off` is measured where that is cheap, but stops nobody. */
const Gate = z.strictObject({
  /**
   * The difference in macro F1 (with two classes: in ROC AUC) must not be below 0, nor the lower end of its interval below minus this.
   */
  maxLoss: z.union([Fraction, Off]).default(0.05),
  /** Share of the draws above the lower end of an interval, and below the upper one. */
  confidence: Fraction.gt(0.5).lt(1).default(0.95),
  /** Bootstrap draws of groups (machines; rows of a plain table) behind an interval. */
  draws: z.int().min(100).max(100_000).default(1000),
  seed: z.int().nonnegative().default(42),
  /** Greatest rise of the cost of acting on alerts, as a share of the champion's; versions without thresholds are not asked. */
  maxCostIncrease: z.union([z.number().nonnegative(), Off]).default('off'),
  /** Least recall by class name, such as `comp1: 0.5`; a class with fewer than evaluate.minFailuresForVerdict failures is not asked. */
  minRecall: z.record(z.string(), Fraction).default({}),
  /** Greatest expected calibration error (15 bins of equal mass, mean of the classes). */
  maxCalibrationError: z.union([Fraction, Off]).default('off'),
  /** How far a quantile of a feature may have moved between training and now, in units of its 5–95 % span in training. */
  maxDrift: z.union([z.number().positive(), Off]).default('off'),
  maxLatencyMsPerRow: z.union([z.number().positive(), Off]).default('off'),
  /** Greatest share of alert episodes that the candidate adds, drops or moves. */
  maxChangedAlerts: z.union([Fraction, Off]).default('off'),
  /** Last weeks of the lake that are replayed, and that drift is measured on. */
  replayWeeks: z.int().positive().default(4),
});
export type GateConfig = z.infer<typeof Gate>;

const ReplacementCosts = z
  .strictObject({
    /** Of a failure that nobody was prepared for: repair, downtime and what follows. */
    unplannedFailure: z.number().positive().default(8),
    /** Of replacing the component before it fails. */
    plannedReplacement: z.number().positive().default(2),
  })
  .refine((costs) => costs.plannedReplacement < costs.unplannedFailure, {
    path: ['plannedReplacement'],
    error: 'must be less than unplannedFailure: else waiting for the failure is cheaper',
  });

/** Money by component, in any one unit; savings and costs per machine-month come in that unit. */
export const FleetCosts = z.strictObject({
  comp1: ReplacementCosts.prefault({}),
  comp2: ReplacementCosts.prefault({}),
  comp3: ReplacementCosts.prefault({}),
  comp4: ReplacementCosts.prefault({}),
});
export type FleetCosts = z.infer<typeof FleetCosts>;

/** The search for better parameters (`pm tune`). */
const Tune = z.strictObject({
  evaluations: z.int().positive().max(10_000).default(96),
  sampler: z.enum(['tpe', 'random']).default('tpe'),
  /** Evaluations at a time, each on a thread; no result depends on it. */
  parallel: z.int().positive().max(8).default(2),
  /** What is looked for: the highest, or the lowest log-loss. */
  metric: z.enum(LOSS_METRICS).default('roc-auc'),
  /**
   * Parts of the training rows, by group (machine); an evaluation is told from each what it learned from the others. `auto`: it
   * learns from all of them and is told from the validation part; 3 folds in a workflow without one.
   */
  folds: z.union([z.literal('auto'), z.int().min(2).max(20)]).default('auto'),
  /** A forest is measured with at most so many trees, enough to rank it; the best one is then grown in full. */
  measuredTrees: z.int().positive().max(2000).default(75),
  seed: z.int().nonnegative().default(42),
  /** Parameters of the model part by name: a value, {uniform: [low, high]}, {logUniform}, {integer} or {choice}. */
  space: SearchSpace.default(DEFAULT_SPACE),
});

/** What every workflow file has. */
const Common = {
  /** Names the experiment and the registered model. */
  name: z.string().regex(/^[A-Za-z0-9_\-. ]+$/, 'letters, digits, space, _ - and . only'),
  ingest: Ingest.prefault({}),
  model: ModelParams.prefault({}),
  calibration: CalibrationMethod.default('auto'),
  tune: Tune.prefault({}),
  evaluate: Evaluate.prefault({}),
  gate: Gate.prefault({}),
};

/** Refuses a search space that holds what is no model. */
function checkTuning(
  { model, tune }: { model: ModelParams; tune: z.infer<typeof Tune> },
  context: z.RefinementCtx,
): void {
  // What is wrong by itself is told alone.
  if (context.issues.length > 0) return;
  for (const { path, message } of spaceFaults(model, tune.space)) {
    context.addIssue({ code: 'custom', path: ['tune', 'space', ...path], message });
  }
}

/** A fleet of machines: which component fails within the prediction window. */
export const FleetConfig = z
  .strictObject({
    ...Common,
    kind: z.literal('fleet').default('fleet'),
    simulate: Simulate.prefault({}),
    features: Features.prefault({}),
    /** Length of the future that a label covers: a failure in (T, T + window]. */
    predictionWindowHours: Hours.default(168),
    costs: FleetCosts.prefault({}),
    split: Split,
  })
  .superRefine(checkTuning)
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
export type FleetConfig = z.infer<typeof FleetConfig>;

/** Plain tables: whether a row's target keeps a rule, from its other columns. */
export const TabularConfig = z
  .strictObject({
    ...Common,
    kind: z.literal('tabular'),
    /** Folder or URL prefix that is read where no other source is named. */
    source: z.string().optional(),
    /** The source's files; each must be there. */
    files: z
      .array(
        z.strictObject({
          /** Its name, in a folder with * and ? for any letters. */
          name: z.string().min(1),
          /** Columns that its rows have besides those in it, each the same in every row, such as `is_red: 1`. */
          columns: z.record(ColumnName, z.number()).default({}),
        }),
      )
      .min(1),
    /** Columns that the model sees, in this order; a file's `fixed acidity` is fixed_acidity. */
    features: z.array(ColumnName).min(1),
    /** A row is in class 1 where this holds, else in class 0: `COLUMN >= NUMBER`, with >=, >, <=, < or =. */
    target: z
      .string()
      .regex(TARGET_RULE, {
        error: 'COLUMN >= NUMBER (or >, <=, <, =), such as quality >= 7',
        abort: true,
      })
      .transform((rule) => rule.replace(TARGET_RULE, '$1 $2 $3')),
    split: RowSplitConfig.prefault({}),
  })
  .superRefine(checkTuning)
  .superRefine((config, context) => {
    const { column } = targetRule(config);
    const repeated = config.features.find((name, i) => name === column || config.features.indexOf(name) < i);
    if (repeated === undefined) return;
    const message =
      repeated === column ? `${column} is the target: it cannot be a feature` : `${repeated} is there twice`;
    context.addIssue({ code: 'custom', path: ['features'], message });
  });
export type TabularConfig = z.infer<typeof TabularConfig>;

/** A workflow file (config/NAME.yaml): unknown keys are refused, missing ones take the defaults above; a fleet's if it names no kind. */
export const WorkflowConfig = z.discriminatedUnion('kind', [FleetConfig, TabularConfig], {
  error: ({ code }) => (code === 'invalid_union' ? 'must be fleet or tabular' : undefined),
});
export type WorkflowConfig = z.infer<typeof WorkflowConfig>;

/** The condition that puts a row into class 1: `column operator value`. */
export interface TargetRule {
  readonly column: string;
  readonly operator: '>=' | '>' | '<=' | '<' | '=';
  readonly value: number;
}

/** The parts of a tabular workflow's target. */
export function targetRule({ target }: Pick<TabularConfig, 'target'>): TargetRule {
  const [, column, operator, value] = TARGET_RULE.exec(target)!;
  return { column: column!, operator: operator as TargetRule['operator'], value: Number(value) };
}

/** Names of the classes in the order of the label's numbers; the first is that in which nothing happens. */
export const classesOf = ({ kind }: Pick<WorkflowConfig, 'kind'>): readonly string[] =>
  kind === 'tabular' ? ['0', '1'] : CLASSES;

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
    next: 'Correct the keys named above; packages/pm-core/src/config.ts (model-params.ts for a model) says what each may be.',
  });
}
