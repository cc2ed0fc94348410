import { createHash } from 'node:crypto';
import type { ArtifactFolder } from '../../../mlflow/artifacts.ts';
import { modelIdentity, runIdentity } from '../identity.ts';
import type { TransferSource } from '../transfer-source.ts';

/**
 * Everything a store holds as one plain value that is equal for equal contents, whatever ids and version numbers a store
 * gave: the ids that things were born with stand for them, and the marks of a transfer are left out.
 */
export async function storeContents(side: TransferSource): Promise<unknown> {
  const experiments = (await side.experiments()).filter(({ name }) => name !== 'Default');
  const born = await bornIds(
    side,
    experiments.map(({ experimentId }) => experimentId),
  );
  const content: Record<string, unknown> = {};
  for (const { experimentId, name, tags } of experiments) {
    const runs: Record<string, unknown> = {};
    for (const { runId, isDeleted } of await side.runs(experimentId)) {
      if (!isDeleted) runs[born.get(runId)!] = await runContent(side, runId, born);
    }
    const models: Record<string, unknown> = {};
    for (const model of await side.loggedModels(experimentId)) {
      const { modelId, artifactUri, sourceRunId, tags: marks, metrics, ...rest } = model;
      const points = metrics.map(({ run_id, model_id: _, ...point }) => ({
        ...point,
        run: born.get(run_id!),
      }));
      const files = await fileDigests(side.artifacts(artifactUri));
      models[born.get(modelId)!] = {
        ...rest,
        run: born.get(sourceRunId!),
        points,
        files,
        tags: ownTags(marks),
      };
    }
    content[name] = { tags, runs, models };
  }
  return { experiments: content, registry: await registryContent(side, born) };
}

async function bornIds(side: TransferSource, experimentIds: readonly string[]): Promise<Map<string, string>> {
  const born = new Map<string, string>();
  for (const experimentId of experimentIds) {
    for (const { runId } of await side.runs(experimentId))
      born.set(runId, runIdentity((await side.run(runId))!));
    for (const model of await side.loggedModels(experimentId)) born.set(model.modelId, modelIdentity(model));
  }
  return born;
}

async function runContent(side: TransferSource, runId: string, born: ReadonlyMap<string, string>) {
  const {
    experimentId: _,
    artifactUri,
    tags,
    outputModels,
    inputModelIds,
    metricKeys,
    ...run
  } = (await side.run(runId))!;
  const points = (await side.points(runId, metricKeys)).map(({ key, value, step, timestamp }) => {
    const stored = Math.min(Math.max(Number(value), -Number.MAX_VALUE), Number.MAX_VALUE);
    return `${key} ${stored} ${step} ${timestamp}`;
  });
  const parent = tags['mlflow.parentRunId'];
  return {
    ...run,
    runId: born.get(runId),
    points: points.sort(),
    metricKeys: [...metricKeys].sort(),
    parent: parent && born.get(parent),
    tags: ownTags(tags),
    outputs: outputModels.map(({ modelId, step }) => [born.get(modelId), `${step}`]),
    inputs: inputModelIds.map((id) => born.get(id)),
    files: await fileDigests(side.artifacts(artifactUri)),
  };
}

async function registryContent(side: TransferSource, born: ReadonlyMap<string, string>) {
  const models: Record<string, unknown> = {};
  for (const { name, description, tags, aliases, versions } of await side.registeredModels()) {
    const held = (version: string) =>
      Object.keys(aliases)
        .filter((alias) => aliases[alias] === version)
        .sort();
    models[name] = {
      description,
      tags,
      versions: versions.map(({ version, stage, runId, description: text, tags: marks }) => {
        return { stage, text, run: born.get(runId!), aliases: held(version), tags: ownTags(marks) };
      }),
    };
  }
  return models;
}

/** Without the marks of a transfer, links to ids, and what a server itself keeps. */
function ownTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const marks = /^(pm\.source_|pm\.request_id$|mlflow\.(parentRunId|modelVersions)$)/;
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !marks.test(key)));
}

async function fileDigests(folder: ArtifactFolder, directory?: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const { path, isDirectory } of await folder.list(directory)) {
    if (isDirectory) Object.assign(digests, await fileDigests(folder, path));
    else {
      const hash = createHash('sha256');
      for await (const chunk of folder.read(path)) hash.update(chunk);
      digests[path] = hash.digest('hex');
    }
  }
  return digests;
}
