import { join } from 'node:path';
import { foldersIn, ownArtifacts, readKeys, readMeta } from './mlruns-files.ts';
import { pointsOfLines } from './mlruns-points.ts';
import type { LoggedModelRecord } from './transfer-source.ts';

/** A file store numbers the statuses of logged models. */
const statuses: Readonly<Record<string, LoggedModelRecord['status']>> = {
  '1': 'LOGGED_MODEL_PENDING',
  '2': 'LOGGED_MODEL_READY',
  '3': 'LOGGED_MODEL_UPLOAD_FAILED',
};

/** Logged models of an experiment of an mlruns folder: MLflow 3 wrote them there too. */
export function mlrunsModels(root: string, experimentId: string): LoggedModelRecord[] {
  const models = join(root, experimentId, 'models');
  return foldersIn(models).flatMap((modelId) => {
    const folder = join(models, modelId);
    const meta = readMeta(folder);
    if (meta === undefined || meta.lifecycle_stage === 'deleted') return [];
    return {
      modelId,
      name: meta.name ?? '',
      modelType: meta.model_type ?? '',
      status: statuses[meta.status ?? ''] ?? 'LOGGED_MODEL_PENDING',
      sourceRunId: meta.source_run_id,
      artifactUri: ownArtifacts(folder, meta.artifact_location),
      params: readKeys(join(folder, 'params')),
      tags: readKeys(join(folder, 'tags')),
      metrics: Object.entries(readKeys(join(folder, 'metrics'))).flatMap(([key, lines]) =>
        pointsOfLines(key, lines),
      ),
    };
  });
}
