import { invalid } from './fault.ts';
import { RUN_NAME_TAG } from './run-tags.ts';
import type { Field, FieldOf } from './search/conditions.ts';

const textAttributes: Readonly<Record<string, string>> = {
  run_id: 'runs.run_uuid',
  user_id: 'user_id',
  status: 'status',
  artifact_uri: 'artifact_uri',
};
const numberAttributes: Readonly<Record<string, string>> = {
  start_time: 'start_time',
  end_time: 'end_time',
  created: 'start_time',
  Created: 'start_time',
};
const runNames = new Set(['run_name', 'run name', 'Run name', 'Run Name']);
const entities: Readonly<Record<string, (key: string) => Field>> = {
  attribute,
  attributes: attribute,
  attr: attribute,
  run: attribute,
  metric,
  metrics: metric,
  param,
  params: param,
  parameter: param,
  parameters: param,
  tag,
  tags: tag,
  dataset,
  datasets: dataset,
};

/** Names in filters and orders of runs: `metrics.`, `params.`, `tags.`, `datasets.`, `attributes.` or nothing before the key. */
export const runField: FieldOf = ({ entity = 'attribute', key }) => {
  if (!Object.hasOwn(entities, entity)) {
    throw invalid(
      `Invalid entity type '${entity}'. Valid values are metric, parameter, tag, attribute, dataset.`,
    );
  }
  return entities[entity]!(key);
};

function attribute(key: string): Field {
  // Runs that an MLflow before 2 logged have their name in the tag only.
  if (runNames.has(key)) return { ...tag(RUN_NAME_TAG), mayLack: false };
  if (Object.hasOwn(numberAttributes, key)) return { kind: 'number', value: numberAttributes[key]! };
  if (Object.hasOwn(textAttributes, key)) {
    return { kind: 'text', value: textAttributes[key]!, lists: key === 'run_id' };
  }
  throw invalid(
    `Invalid attribute key '${key}' specified. Valid keys are ${[...Object.keys(textAttributes), ...Object.keys(numberAttributes), 'run_name'].join(', ')}.`,
  );
}

/** The latest value. NaN differs from every number and meets no other comparison, so it is read as null. */
function metric(key: string): Field {
  return {
    kind: 'number',
    value: 'CASE metric.is_nan WHEN 0 THEN metric.value END',
    within: ofRun('latest_metrics AS metric', key),
    differs: 'IS NOT',
    isLast: 'metric.is_nan',
  };
}

function param(key: string): Field {
  return { kind: 'text', value: 'param.value', within: ofRun('params AS param', key), mayLack: true };
}

function tag(key: string): Field {
  return { kind: 'text', value: 'tag.value', within: ofRun('tags AS tag', key), mayLack: true };
}

function ofRun(table: string, key: string): NonNullable<Field['within']> {
  const alias = table.split(' ').at(-1);
  return {
    sql: `SELECT 1 FROM ${table} WHERE ${alias}.run_uuid = runs.run_uuid AND ${alias}.key = ?`,
    values: [key],
  };
}

const datasetRows = `SELECT 1 FROM inputs JOIN datasets AS dataset ON dataset.dataset_uuid = inputs.source_id`;
const ofThisRun = `inputs.destination_type = 'RUN' AND inputs.destination_id = runs.run_uuid`;

function dataset(key: string): Field {
  const field = { kind: 'text', lists: true } as const;
  if (key === 'name' || key === 'digest') {
    return {
      ...field,
      value: `dataset.${key}`,
      within: { sql: `${datasetRows} WHERE ${ofThisRun}`, values: [] },
    };
  }
  if (key !== 'context')
    throw invalid(`Invalid dataset key '${key}' specified. Valid keys are name, digest, context.`);
  const context = `${datasetRows} JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid AND input_tags.name = 'mlflow.data.context'`;
  return {
    ...field,
    value: 'input_tags.value',
    within: { sql: `${context} WHERE ${ofThisRun}`, values: [] },
  };
}
