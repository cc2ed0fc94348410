import { join } from 'node:path';
import { MODEL_STAGES } from '../../mlflow/model-version.ts';
import { foldersIn, readKeys, readMeta } from './mlruns-files.ts';
import type { RegisteredModelRecord, VersionRecord } from './transfer-source.ts';

/** Registered models of an mlruns folder. */
export function mlrunsRegistry(models: string): RegisteredModelRecord[] {
  return foldersIn(models).flatMap((name) => {
    const folder = join(models, name);
    const meta = readMeta(folder);
    if (meta === undefined) return [];
    return {
      name,
      description: meta.description ?? '',
      tags: readKeys(join(folder, 'tags')),
      aliases: Object.fromEntries(
        Object.entries(readKeys(join(folder, 'aliases'))).map(([alias, version]) => [alias, version.trim()]),
      ),
      versions: foldersIn(folder)
        .filter((one) => /^version-\d+$/.test(one))
        .map((one) => versionOf(name, join(folder, one)))
        .sort((a, b) => Number(a.version) - Number(b.version)),
    };
  });
}

function versionOf(modelName: string, folder: string): VersionRecord {
  const meta = readMeta(folder) ?? {};
  return {
    modelName,
    version: meta.version ?? folder.slice(folder.lastIndexOf('-') + 1),
    stage: MODEL_STAGES.find((stage) => stage === meta.current_stage) ?? 'None',
    status: meta.status ?? 'READY',
    source: meta.source ?? '',
    runId: meta.run_id,
    description: meta.description ?? '',
    tags: readKeys(join(folder, 'tags')),
    createdAtMs: Number(meta.creation_timestamp ?? 0),
  };
}
