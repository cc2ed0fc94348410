import { MODEL_STAGES, type ModelStage } from '../../mlflow/model-version.ts';
import type { CopiedVersion } from '../../pipelines/transfer/index.ts';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withTracking } from './tracking.ts';

export const modelsCopy = defineCommand({
  name: 'models copy',
  describe:
    'one version with its files to another registry, compared there; a second time it changes nothing',
  examples: [
    ['models copy predictive-maintenance/3 --to databricks://prod --stage Staging', 'to another workspace'],
    [
      'models copy predictive-maintenance/Staging --to databricks-uc --name main.pm.predictive-maintenance',
      'to Unity Catalog, where aliases are its stages',
    ],
  ],
  options: {
    model: { type: 'string', positional: 'required', describe: 'NAME/VERSION, NAME/STAGE or NAME@ALIAS' },
    to: { type: 'string', describe: 'the other registry, as MLFLOW_TRACKING_URI may be, or databricks-uc' },
    name: { type: 'string', describe: 'name there [the same]' },
    experiment: {
      type: 'string',
      describe: "experiment there of the run that holds the files [the workflow's]",
    },
    stage: { type: 'string', choices: MODEL_STAGES, describe: 'stage there' },
    alias: { type: 'string', describe: 'alias there' },
    dryRun: { type: 'boolean', describe: 'say what would be done' },
  },
  async run({ model, to, name, experiment, stage, alias, dryRun = false }, context) {
    const { UsageError } = await import('../usage-error.ts');
    if (to === undefined) throw new UsageError('--to names the registry to copy to.');
    const { copyVersion } = await import('../../pipelines/transfer/index.ts');
    const environment = await environmentOf(to, experiment, context);
    const request = {
      modelUri: model.startsWith('models:/') ? model : `models:/${model}`,
      name,
      stage: stage as ModelStage | undefined,
      alias,
      dryRun,
    };
    const copied = await withTracking(context, (source, from) =>
      withTracking({ ...context, environment }, (target, location) =>
        copyVersion(
          { client: source, location: from },
          { client: target, location },
          { ...context, environment },
          request,
        ),
      ),
    );
    return { json: { ...copied, to }, text: copiedText(copied, to) };
  },
});

/** What leads to the other registry, and to the experiment there. */
async function environmentOf(
  to: string,
  experiment: string | undefined,
  { environment, cwd }: CommandContext,
): Promise<CommandContext['environment']> {
  const { otherEnvironment } = await import('../../pipelines/transfer/index.ts');
  const isCatalog = to.startsWith('databricks-uc');
  return {
    ...otherEnvironment(environment, cwd),
    MLFLOW_TRACKING_URI: isCatalog ? to.replace('databricks-uc', 'databricks') : to,
    MLFLOW_REGISTRY_URI: isCatalog ? to : undefined,
    ...(experiment !== undefined && { MLFLOW_EXPERIMENT_NAME: experiment }),
  };
}

function copiedText(
  { from, modelName, version, state, stage, digest, files }: CopiedVersion,
  to: string,
): string {
  const where = stage === undefined ? '' : `, in ${stage}`;
  const what = `${files} files, SHA-256 ${digest.slice(0, 16)}…`;
  switch (state) {
    case 'planned':
      return `${from} would be copied to ${to} as ${modelName}${where}: ${what}.`;
    case 'unchanged':
      return `${from} is in ${to} already, as version ${version} of ${modelName}${where}: ${what}.`;
    case 'moved':
      return `${from}, copied before, is version ${version} of ${modelName} in ${to}${where}: ${what}.`;
    case 'copied':
      return `${from} is version ${version} of ${modelName} in ${to}${where}: ${what}, equal at both ends.`;
  }
}
