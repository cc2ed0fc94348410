import type { DatasetRecord, RunRecord, WirePoint } from './transfer-source.ts';

/** A run with the points of its metrics: all that is compared, but its files. */
export interface WholeRun extends RunRecord {
  readonly points: readonly WirePoint[];
}

/** What one run has and another has not. */
export interface RunGap {
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly points: readonly WirePoint[];
  readonly datasets: readonly DatasetRecord[];
  readonly inputModelIds: readonly string[];
  readonly outputModels: RunRecord['outputModels'];
}

/** What `actual` lacks of `expected`, or has with another value. What it has beyond that is nobody's loss. */
export function runGap(expected: WholeRun, actual: WholeRun): RunGap {
  const datasets = new Set(actual.datasets.map(datasetText));
  const inputs = new Set(actual.inputModelIds);
  const outputs = new Set(actual.outputModels.map(({ modelId }) => modelId));
  return {
    params: pairsMissing(expected.params, actual.params),
    tags: pairsMissing(expected.tags, actual.tags),
    points: pointsMissing(expected.points, actual.points),
    datasets: expected.datasets.filter((dataset) => !datasets.has(datasetText(dataset))),
    inputModelIds: expected.inputModelIds.filter((id) => !inputs.has(id)),
    outputModels: expected.outputModels.filter(({ modelId }) => !outputs.has(modelId)),
  };
}

/** The gap as sentences, none where there is no gap. */
export function describeGap(gap: RunGap): string[] {
  return [
    ...Object.keys(gap.params).map((key) => `param ${key} is missing or has another value`),
    ...Object.keys(gap.tags).map((key) => `tag ${key} is missing or has another value`),
    ...[...Map.groupBy(gap.points, ({ key }) => key)].map(
      ([key, points]) =>
        `${points.length} ${points.length === 1 ? 'point' : 'points'} of metric ${key} missing`,
    ),
    ...gap.datasets.map(({ dataset }) => `dataset ${dataset.name} (${dataset.digest}) is missing or differs`),
    ...gap.inputModelIds.map((id) => `input model ${id} is missing`),
    ...gap.outputModels.map(({ modelId }) => `output model ${modelId} is missing`),
  ];
}

export const isEmptyGap = (gap: RunGap): boolean => describeGap(gap).length === 0;

export function pairsMissing(
  expected: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(expected).filter(([key, value]) => actual[key] !== value));
}

/** Points of `expected` that are not in `actual`, each once: a history is a set. */
export function pointsMissing(expected: readonly WirePoint[], actual: readonly WirePoint[]): WirePoint[] {
  const known = new Set(actual.map(pointText));
  return expected.filter((point) => {
    const text = pointText(point);
    return !known.has(text) && known.add(text);
  });
}

/** MLflow's databases keep an infinity as the largest double of its sign; a file store keeps it as it is. */
function pointText({ key, value, step = 0, timestamp, ...link }: WirePoint): string {
  const number = Math.min(Math.max(Number(value), -Number.MAX_VALUE), Number.MAX_VALUE);
  const { model_id, run_id, dataset_name, dataset_digest } = link;
  const ofModel = model_id && [model_id, run_id, dataset_name || '', dataset_digest || ''];
  return JSON.stringify([key, `${number}`, `${step}`, `${timestamp}`, ofModel]);
}

function datasetText({ dataset, tags }: DatasetRecord): string {
  const { name, digest, source_type, source, schema, profile } = dataset;
  const pairs = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, digest, source_type, source, schema || '', profile || '', pairs]);
}
