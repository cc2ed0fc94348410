import { UserError } from 'pm-core';
import type { NewModelVersion } from '../../mlflow/model-versions.ts';
import type { Crossing } from './crossing.ts';
import type { RegisteredModelRecord, VersionRecord } from './transfer-source.ts';

type Origin = Pick<NewModelVersion, 'source' | 'runId' | 'modelId'>;

/**
 * Where the files of a version are at the target: in the logged model or the run that it was registered from. Those are
 * known by their ids, which stand in the source whatever storage it names.
 * @throws UserError `version-source`
 */
export async function sourceAtTarget(
  crossing: Crossing,
  model: RegisteredModelRecord,
  version: VersionRecord,
): Promise<Origin> {
  const { source, runId } = version;
  const run = runId === undefined ? undefined : await crossing.runAtTarget(runId);
  const linked = run && { runId: run.id };
  const modelId = /(?:^models:\/|\/models\/)(m-[0-9a-f]{32})(?:\/artifacts\/?)?$/.exec(source)?.[1];
  const logged = modelId === undefined ? undefined : await crossing.modelAtTarget(modelId);
  if (logged !== undefined) return { source: `models:/${logged.id}`, modelId: logged.id, ...linked };
  const path = runId && pathInRun(source, runId);
  if (run !== undefined && path) return { source: `${run.artifactUri}/${path}`, runId: run.id };
  const copied = /^models:\/([^/]+)\/(\d+)$/.exec(source);
  const original = copied?.[1] === model.name && model.versions.find((one) => one.version === copied[2]);
  if (original) return sourceAtTarget(crossing, model, original);
  throw new UserError('version-source', `its files at ${source} are of no run or logged model that crosses`, {
    next: 'Take all experiments along with --all.',
  });
}

function pathInRun(source: string, runId: string): string | undefined {
  const roots = [`runs:/${runId}/`, `/${runId}/artifacts/`];
  const root = roots.find((one) => source.includes(one));
  return root && source.slice(source.indexOf(root) + root.length);
}
