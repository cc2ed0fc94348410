import type { FleetConfig } from '../config.ts';
import {
  COMPONENTS,
  type Column,
  type ColumnType,
  DICTIONARY,
  ERROR_CODES,
  MACHINE_MODELS,
  SENSORS,
  type Table,
} from '../tables.ts';

/** What of a workflow decides the columns and the values of its feature table. */
export type FeatureConfig = Pick<FleetConfig, 'features'>;

/**
 * The feature table of a workflow: one row per machine and grid instant, every feature a double.
 * Order: sensor by sensor, each lookback ascending, mean before std; then error counts, days since replacement, age, model.
 */
export function featureTable(config: FeatureConfig): Table {
  return Object.freeze({ name: 'features', key: KEY, columns: [...keyColumns, ...features(config)] });
}

/** The feature table with the label of each row: 0 none, 1–4 comp1–comp4, null not known yet. */
export function labeledFeatureTable(config: FeatureConfig): Table {
  const label = column('label', 'first component to fail in the prediction window, 0 none', true, 'int');
  return Object.freeze({
    name: 'labeled_features',
    key: KEY,
    columns: [...keyColumns, ...features(config), label],
  });
}

/** Names of the features in the order of {@link featureTable}: what a model's inputs are called. */
export const featureNames = (config: FeatureConfig): string[] => features(config).map(({ name }) => name);

const KEY = ['machine_id', 'window_end'] as const;

const column = (name: string, meaning: string, nullable: boolean, type: ColumnType = 'double'): Column =>
  Object.freeze({ name, type, nullable, meaning });

const keyColumns: readonly Column[] = [
  DICTIONARY.machines.columns[0],
  column('window_end', 'the cutoff T: features use nothing after it', false, 'timestamp'),
];

function features({ features: { lookbackHours, errorLookbackHours } }: FeatureConfig): Column[] {
  const telemetry = SENSORS.flatMap((sensor) =>
    lookbackHours.flatMap((hours) => [
      column(`${sensor}_mean_${hours}h`, `arithmetic mean over (T − ${hours} h, T]`, true),
      column(`${sensor}_std_${hours}h`, `sample deviation over (T − ${hours} h, T], null below 2`, true),
    ]),
  );
  const errors = ERROR_CODES.map((code) =>
    column(`${code}_count_${errorLookbackHours}h`, `errors in (T − ${errorLookbackHours} h, T]`, false),
  );
  const replacements = COMPONENTS.map((component) =>
    column(`${component}_days_since_replacement`, 'days from the last one at or before T, fractional', true),
  );
  const age = column('age_years', 'age of the machine, years', true);
  const models = MACHINE_MODELS.map((model) =>
    column(`model_is_${model}`, '1 or 0; an unknown: all 0', false),
  );
  return [...telemetry, ...errors, ...replacements, age, ...models];
}
