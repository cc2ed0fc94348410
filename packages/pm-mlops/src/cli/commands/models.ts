import { resolve } from 'node:path';
import { LEDGER_TAG_PREFIX, type LedgerEntry } from '../../mlflow/ledger-entry.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { registeredModelName } from '../../pipelines/base/names.ts';
import { defineCommand } from '../command.ts';
import { formatInstant } from '../format-instant.ts';
import { formatTable } from '../text-table.ts';
import { withTracking } from './tracking.ts';

/** A version from elsewhere has no such tag. */
const figure = (text: string | undefined): string => (text === undefined ? '' : Number(text).toFixed(4));

export const modelsList = defineCommand({
  name: 'models list',
  describe: 'registered models and their versions',
  examples: [['models list', 'every version with stage and aliases']],
  options: {},
  async run(_args, context) {
    const { everyVersion } = await import('../../pipelines/listing.ts');
    return withTracking(context, async (client, location) => {
      const versions = await everyVersion(client);
      const text = formatTable(versions, [
        { heading: 'model', cell: (one) => one.modelName },
        { heading: 'version', align: 'right', cell: (one) => one.version },
        { heading: 'stage', cell: (one) => one.stage },
        { heading: 'aliases', cell: (one) => one.aliases.join(', ') },
        { heading: 'macro F1', align: 'right', cell: ({ tags }) => figure(tags['pm.test_macro_f1']) },
        { heading: 'ROC AUC', align: 'right', cell: ({ tags }) => figure(tags['pm.test_roc_auc']) },
        { heading: 'created', cell: (one) => formatInstant(one.createdAtMs) },
        { heading: 'run', cell: (one) => one.runId ?? '' },
      ]);
      const none = `No model is registered in ${location}. Next: pm train`;
      return { json: { versions }, text: versions.length === 0 ? none : text };
    });
  },
});

export const modelsShow = defineCommand({
  name: 'models show',
  describe:
    'one version: where it stands, where it came from, what it was judged by, who moved it when and why',
  examples: [
    ['models show', "the workflow's Production version"],
    ['models show models:/predictive-maintenance/2', 'version 2'],
  ],
  options: {
    model: { type: 'string', positional: 'optional', describe: 'model URI [the Production version]' },
  },
  async run({ model }, context) {
    const { resolveModelUri } = await import('../../mlflow/model-uri.ts');
    const { readLedgerAndGaps } = await import('../../mlflow/ledger.ts');
    const { aliasesOf } = await import('../../pipelines/listing.ts');
    return withTracking(context, async (client) => {
      const found = await resolveModelUri(
        client,
        model ?? `models:/${registeredModelName(context)}/Production`,
      );
      const version = { ...found, aliases: await aliasesOf(client, found) };
      const moves = readLedgerAndGaps([found]);
      return { json: { ...version, moves }, text: `${versionText(version)}\n\n${movesText(moves)}` };
    });
  },
});

export const modelsDownload = defineCommand({
  name: 'models download',
  describe: 'the files of one version, of any flavor, as an MLflow model directory',
  examples: [
    ['models download', "the workflow's Production version into ./model"],
    ['models download models:/predictive-maintenance/2 --output ./version-2', 'version 2'],
  ],
  options: {
    model: { type: 'string', positional: 'optional', describe: 'model URI [the Production version]' },
    output: { type: 'string', default: './model', describe: 'folder that is not there yet, or empty' },
  },
  async run({ model, output }, context) {
    const { resolveModelUri } = await import('../../mlflow/model-uri.ts');
    const { downloadModel } = await import('../../pipelines/versions/model-artifact.ts');
    return withTracking(context, async (client) => {
      const version = await resolveModelUri(
        client,
        model ?? `models:/${registeredModelName(context)}/Production`,
      );
      const directory = resolve(context.cwd, output);
      const files = await downloadModel(client, version, directory);
      return {
        json: { modelName: version.modelName, modelVersion: version.version, directory, files },
        text: `${files.length} files of ${version.modelName} version ${version.version} in ${directory}`,
      };
    });
  },
});

export const modelsRegister = defineCommand({
  name: 'models register',
  describe: 'register a model directory as a new version in Staging, after its smoke check',
  examples: [['models register ./model', 'an MLflow model directory that this package wrote']],
  options: { directory: { type: 'string', positional: 'required', describe: 'MLflow model directory' } },
  async run({ directory }, context) {
    const { registerDirectory } = await import('../../pipelines/versions/register-directory.ts');
    return withTracking(context, async (client) => {
      const version = await registerDirectory(client, context, resolve(context.cwd, directory));
      return {
        json: version,
        text: `Version ${version.version} of ${version.modelName} is in ${version.stage}.`,
      };
    });
  },
});

function versionText(version: ModelVersion & { aliases: readonly string[] }): string {
  const facts = {
    model: version.modelName,
    version: version.version,
    stage: version.stage,
    aliases: version.aliases.join(', '),
    description: version.description,
    run: version.runId,
    source: version.source,
    created: formatInstant(version.createdAtMs),
    ...Object.fromEntries(
      Object.entries(version.tags)
        .filter(([key]) => !key.startsWith(LEDGER_TAG_PREFIX))
        .sort(),
    ),
  };
  return formatTable(Object.entries(facts), [
    { heading: 'what', cell: ([name]) => name },
    {
      heading: 'value',
      cell: ([, value]) =>
        String(value ?? '')
          .replaceAll(/\s+/g, ' ')
          .slice(0, 160),
    },
  ]);
}

function movesText(moves: readonly LedgerEntry[]): string {
  if (moves.length === 0) return 'No move between stages is known.';
  return formatTable(moves, [
    { heading: 'moved', cell: ({ at }) => at.slice(0, 19) },
    { heading: 'by', cell: ({ by }) => by },
    { heading: 'how', cell: ({ action }) => action },
    { heading: 'from', cell: ({ from }) => from },
    { heading: 'to', cell: ({ to }) => to },
    { heading: 'why', cell: ({ why }) => why.slice(0, 160) },
    { heading: 'evidence', cell: ({ evidence }) => evidence ?? '' },
  ]);
}
