import { type TabularConfig, targetRule } from '../config.ts';
import { type Column, DICTIONARY, type Table } from '../tables.ts';

const column = (name: string, type: Column['type'], meaning: string, nullable = false): Column => ({
  name,
  type,
  nullable,
  meaning,
});

const place = [
  column(
    'source',
    'string',
    'file that the row is from: its name in the source of the lake, else its path or URL',
  ),
  column('line', 'int', 'line in that file; the header is line 1'),
];

/** `samples`: every row of the source's files, with the columns that the workflow names, as they were read. */
export function samplesTable(config: TabularConfig): Table {
  const rule = targetRule(config);
  return {
    name: 'samples',
    key: ['source', 'line'],
    columns: [
      ...place,
      ...config.features.map((name) =>
        column(name, 'double', 'a feature; null where its cell was empty', true),
      ),
      column(rule.column, 'double', `what is to be told: class 1 where ${config.target}`),
    ],
  };
}

/** `predictions` of a tabular workflow: what a model version says of a row of a file. */
export const SAMPLE_PREDICTIONS: Table = {
  name: 'predictions',
  key: ['source', 'line', 'model_version'],
  columns: [
    ...place,
    column('model_version', 'string', 'registered version that scored the row'),
    column('model_name', 'string', 'registered model'),
    column('run_id', 'string', 'tracking run that trained the version'),
    column('scored_at', 'timestamp', 'instant of scoring'),
    column('predicted_class', 'string', 'the likelier class, 0 on a tie'),
    column('probability_0', 'double', 'probability of class 0'),
    column('probability_1', 'double', 'probability of class 1: the target rule holds'),
  ],
};

/** The tables that a lake of the workflow may hold. */
export const sampleTables = (config: TabularConfig): readonly Table[] => [
  samplesTable(config),
  SAMPLE_PREDICTIONS,
  DICTIONARY.rejected_rows,
];
