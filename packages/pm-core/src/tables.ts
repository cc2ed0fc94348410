/** Physical types of a table's cells. A `timestamp` is UTC without a zone; a `double` is never NaN or infinite: it is null. */
export type ColumnType = 'string' | 'timestamp' | 'double' | 'int';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly meaning: string;
}

export interface Table {
  readonly name: string;
  /** Columns that together name one row; each file of a table is sorted by them (machine_id in natural order: 2 before 10). */
  readonly key: readonly string[];
  readonly columns: readonly Column[];
}

const column = (name: string, type: ColumnType, meaning: string, nullable = false): Column =>
  Object.freeze({ name, type, nullable, meaning });

const machineId = column(
  'machine_id',
  'string',
  "identity of a machine as the source spells it ('007' stays)",
);

const machineColumns = [
  machineId,
  column('model', 'string', 'model of the machine'),
  column('age_years', 'double', 'age, years, ≥ 0'),
];
const readingColumns = [
  machineId,
  column('measured_at', 'timestamp', 'instant of the reading, usually hourly'),
  column('volt', 'double', 'voltage, V, finite, > 0', true),
  column('rotate', 'double', 'rotation, rpm, finite, > 0', true),
  column('pressure', 'double', 'pressure, finite, > 0', true),
  column('vibration', 'double', 'vibration, finite, > 0', true),
];
/** Of a row of a raw table that does not stand. */
const fateColumns = [
  column('fate', 'string', '`corrected`: it stood until then; `rejected`: it never did'),
  column('source', 'string', 'file that corrected it; of a rejected row, file that it came from'),
  column('commit_number', 'int', 'commit of the lake that decided so'),
];

/** The tables whose columns do not depend on a workflow. `features` and `labeled_features`: see `featureTable`. */
export const DICTIONARY = {
  machines: {
    name: 'machines',
    key: ['machine_id'],
    columns: machineColumns,
  },
  telemetry: {
    name: 'telemetry',
    key: ['machine_id', 'measured_at'],
    columns: readingColumns,
  },
  errors: {
    name: 'errors',
    key: ['machine_id', 'occurred_at', 'error_code'],
    columns: [
      machineId,
      column('occurred_at', 'timestamp', 'instant of a non-breaking error'),
      column('error_code', 'string', 'error1 … error5'),
    ],
  },
  maintenance: {
    name: 'maintenance',
    key: ['machine_id', 'replaced_at', 'component'],
    columns: [
      machineId,
      column('replaced_at', 'timestamp', 'instant of a replacement, planned or after a failure'),
      column('component', 'string', 'comp1 … comp4'),
    ],
  },
  failures: {
    name: 'failures',
    key: ['machine_id', 'failed_at', 'component'],
    columns: [
      machineId,
      column('failed_at', 'timestamp', 'instant of a failure'),
      column('component', 'string', 'comp1 … comp4'),
    ],
  },
  predictions: {
    name: 'predictions',
    key: ['machine_id', 'window_end', 'model_version'],
    columns: [
      machineId,
      column('window_end', 'timestamp', 'the cutoff: features use nothing after it'),
      column('model_version', 'string', 'registered version that scored the row'),
      column('model_name', 'string', 'registered model'),
      column('run_id', 'string', 'tracking run that trained the version'),
      column('scored_at', 'timestamp', 'instant of scoring'),
      column('predicted_component', 'string', 'arg max of none, comp1 …; the first on a tie'),
      column('probability_none', 'double', 'probability of no failure in the prediction window'),
      column('probability_comp1', 'double', 'probability that comp1 is the first to fail in the window'),
      column('probability_comp2', 'double', 'probability that comp2 is the first to fail in the window'),
      column('probability_comp3', 'double', 'probability that comp3 is the first to fail in the window'),
      column('probability_comp4', 'double', 'probability that comp4 is the first to fail in the window'),
      column(
        'threshold',
        'double',
        "the model's threshold of the component to replace, else of the likeliest to fail; null: it has none",
        true,
      ),
      column(
        'recommended_action',
        'string',
        '`replace comp1` …, or `none`; null: the model has no threshold',
        true,
      ),
      column(
        'expected_saving',
        'double',
        'of the action, in the unit of the costs: probability × unplanned failure − planned replacement; 0 for none; null: the model has no threshold',
        true,
      ),
    ],
  },
  rejected_rows: {
    name: 'rejected_rows',
    key: ['source', 'line'],
    columns: [
      column('source', 'string', 'file the row came from'),
      column(
        'line',
        'int',
        'line in a text file (the header is line 1), row number from 1 in a Parquet file',
      ),
      column('reason', 'string', 'why the row was not taken'),
      column('raw', 'string', 'the row as it was read'),
    ],
  },
  stale_features: {
    name: 'stale_features',
    key: ['machine_id'],
    columns: [
      machineId,
      column(
        'stale_from',
        'timestamp',
        'cutoff from which rows of `features` may be missing or differ since raw rows changed; null: all',
        true,
      ),
    ],
  },
  replaced_machines: {
    name: 'replaced_machines',
    key: ['machine_id', 'commit_number', 'source'],
    columns: [...machineColumns, ...fateColumns],
  },
  replaced_telemetry: {
    name: 'replaced_telemetry',
    key: ['machine_id', 'measured_at', 'commit_number', 'source'],
    columns: [...readingColumns, ...fateColumns],
  },
} as const satisfies Record<string, Table>;

export const RAW_TABLES = ['machines', 'telemetry', 'errors', 'maintenance', 'failures'] as const;
export type RawTable = (typeof RAW_TABLES)[number];

/** The public Azure PdM schema: each file's name and its columns, in the order of the table's own columns. Its names end at ingest. */
export const SOURCE_FILES: Record<RawTable, { readonly stem: string; readonly columns: readonly string[] }> =
  {
    machines: { stem: 'PdM_machines', columns: ['machineID', 'model', 'age'] },
    telemetry: {
      stem: 'PdM_telemetry',
      columns: ['machineID', 'datetime', 'volt', 'rotate', 'pressure', 'vibration'],
    },
    errors: { stem: 'PdM_errors', columns: ['machineID', 'datetime', 'errorID'] },
    maintenance: { stem: 'PdM_maint', columns: ['machineID', 'datetime', 'comp'] },
    failures: { stem: 'PdM_failures', columns: ['machineID', 'datetime', 'failure'] },
  };

export const SENSORS = ['volt', 'rotate', 'pressure', 'vibration'] as const;
export const COMPONENTS = ['comp1', 'comp2', 'comp3', 'comp4'] as const;
export const ERROR_CODES = ['error1', 'error2', 'error3', 'error4', 'error5'] as const;
export const MACHINE_MODELS = ['model1', 'model2', 'model3', 'model4'] as const;
/** Classes of the label in order of their number: 0 none, 1–4 the component. */
export const CLASSES = ['none', ...COMPONENTS] as const;
