import { UserError } from 'pm-core';
import type { MlflowClient } from './client.ts';
import { hasErrorCode } from './mlflow-error.ts';
import { holderOf, MODEL_STAGES, type ModelStage, type ModelVersion } from './model-version.ts';
import { getModelVersion, modelVersions } from './model-versions.ts';
import { findRegisteredModel, versionByAlias } from './registered-models.ts';

/** What a model URI points at. */
export type ModelReference = { readonly modelName: string } & (
  | { readonly version: string }
  | { readonly stage: ModelStage }
  | { readonly alias: string }
  | { readonly latest: true }
);

/**
 * Reads `models:/NAME/3`, `models:/NAME/Production` (any case), `models:/NAME/latest` or `models:/NAME@alias`.
 * @throws UserError `bad-model-uri`
 */
export function parseModelUri(uri: string): ModelReference {
  const match = /^models:\/([^/:@]+)(?:\/([^/@]+)|@([^/@]+))$/.exec(uri);
  const [, modelName, selector, alias] = match ?? [];
  if (modelName !== undefined && alias !== undefined) return { modelName, alias };
  if (modelName !== undefined && selector !== undefined) {
    if (/^\d+$/.test(selector)) return { modelName, version: selector };
    if (selector.toLowerCase() === 'latest') return { modelName, latest: true };
    const stage = MODEL_STAGES.find((known) => known.toLowerCase() === selector.toLowerCase());
    if (stage !== undefined) return { modelName, stage };
  }
  const name = /^[\w.-]+$/.test(uri) ? uri : 'NAME';
  throw new UserError('bad-model-uri', `${uri} is not the URI of a registered model.`, {
    next: `Write models:/${name}/3, models:/${name}/Production or models:/${name}@champion.`,
  });
}

/**
 * The version that a model URI points at now. Two versions in one stage resolve to one, by byPrecedence.
 * @throws UserError `bad-model-uri`, or `model-not-found` saying what there is.
 */
export async function resolveModelUri(client: MlflowClient, uri: string): Promise<ModelVersion> {
  const reference = parseModelUri(uri);
  const found = await find(client, reference);
  if (found !== undefined) return found;
  throw new UserError(
    'model-not-found',
    `${uri} points at nothing: ${await whatThereIs(client, reference)}.`,
    {
      next: '`pm models list` shows the registered models, `pm train` makes one.',
    },
  );
}

async function find(client: MlflowClient, reference: ModelReference): Promise<ModelVersion | undefined> {
  const { modelName } = reference;
  if ('alias' in reference) return versionByAlias(client, modelName, reference.alias);
  if ('stage' in reference) return holderOf(reference.stage, await modelVersions(client, modelName));
  if ('latest' in reference) return (await modelVersions(client, modelName))[0];
  try {
    return await getModelVersion(client, modelName, reference.version);
  } catch (error) {
    if (hasErrorCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

async function whatThereIs(client: MlflowClient, { modelName }: ModelReference): Promise<string> {
  const model = await findRegisteredModel(client, modelName);
  if (model === undefined) return `no model is registered as ${modelName}`;
  const versions = await modelVersions(client, modelName);
  if (versions.length === 0) return `${modelName} has no version`;
  const shown = versions.slice(0, 5).map(({ version, stage }) => `${version} in ${stage}`);
  const aliases = Object.keys(model.aliases);
  return `${modelName} has version ${shown.join(', ')}${aliases.length > 0 ? `, aliases ${aliases.join(', ')}` : ''}`;
}
