import { formatTimestamp, timestampMs } from 'pm-core';
import type { ModelVersion } from '../../mlflow/model-version.ts';

/** The columns of a results table that say which version scored its rows, and when: to whole seconds, as every export shows them. */
export function scoredByColumns(
  { modelName, version, runId }: ModelVersion,
  scoredAt: Date,
  rowCount: number,
) {
  const constant = (text: string) => new Array<string>(rowCount).fill(text);
  const scoredAtMs = timestampMs(formatTimestamp(scoredAt.getTime()));
  return [
    { name: 'model_version', type: 'string', values: constant(version) },
    { name: 'model_name', type: 'string', values: constant(modelName) },
    { name: 'run_id', type: 'string', values: constant(runId ?? '') },
    { name: 'scored_at', type: 'timestamp', values: new Float64Array(rowCount).fill(scoredAtMs) },
  ] as const;
}
