import { resolve } from 'node:path';
import { UserError } from 'pm-core';
import type { DatabricksClient } from '../../databricks/index.ts';
import type { Change } from '../../pipelines/deploy/change.ts';
import type { DeployPart } from '../../pipelines/deploy/deploy.ts';
import type { TargetSettings } from '../../pipelines/deploy/target-settings.ts';
import { defineCommand } from '../command.ts';
import { openTarget } from '../open-target.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { UsageError } from '../usage-error.ts';

const target = { type: 'string', default: 'dev', describe: 'target of databricks.yml' } as const;
const bundle = { type: 'string', describe: 'folder of databricks.yml, if not that of pm itself' } as const;

export const deploy = defineCommand({
  name: 'deploy',
  describe: 'code, notebooks and jobs to a Databricks workspace: compare, show, carry out',
  examples: [
    ['deploy --target dev --plan', 'what would be created, updated or deleted, field by field'],
    ['deploy --target prod', 'make deploy TARGET=prod; a second time it changes nothing'],
    ['deploy --prune', 'also removes jobs of ours that no file names any more'],
  ],
  options: {
    target,
    plan: { type: 'boolean', default: false, describe: 'show the changes, make none' },
    prune: { type: 'boolean', default: false, describe: 'remove what is ours and no file names any more' },
    only: { type: 'string', choices: ['code', 'jobs'], describe: 'one half of a deployment' },
    archive: { type: 'string', describe: 'packed program [the newest that make dist left in dist/]' },
    forceLock: { type: 'boolean', default: false, describe: 'take the lock from whoever has it' },
    bundle,
  },
  async run(args, context) {
    const { composeDeployment, newestArchive } = await import('../../pipelines/deploy/compose.ts');
    const { deploy: deployTo } = await import('../../pipelines/deploy/deploy.ts');
    const { changeDocument } = await import('../../pipelines/deploy/change.ts');
    const { formatChanges, formatCounts } = await import('../../pipelines/deploy/format-plan.ts');
    const directory = args.bundle === undefined ? PACKAGE_ROOT : resolve(context.cwd, args.bundle);
    const { client, settings, userName } = await openTarget(args.target, directory, context);
    const deployment = composeDeployment(directory, settings, {
      user: userName,
      environment: context.environment,
      variables: await clusterVariable(client, settings),
      archiveFile:
        args.archive === undefined
          ? newestArchive(directory, PACKAGE_ROOT)
          : resolve(context.cwd, args.archive),
    });
    const { changes, unchanged, stale, applied } = await deployTo(client, deployment, context, {
      part: (args.only ?? 'all') as DeployPart,
      prune: args.prune,
      planOnly: args.plan,
      forceLock: args.forceLock,
    });
    const text = [
      `${client.host}, target ${args.target}, as ${userName}, in ${settings.rootPath}`,
      ...(changes.length === 0 ? [] : [formatChanges(changes, settings.rootPath)]),
      ...stale.map((what) => `  ! ${what} is ours and named by no file any more; --prune removes it`),
      `${formatCounts(changes, unchanged, applied ? 'done' : 'to')}.`,
    ].join('\n');
    const document = {
      host: client.host,
      target: args.target,
      applied,
      changes: changes.map(changeDocument),
    };
    return { json: { ...document, unchanged, stale }, text };
  },
});

/** Jobs want a cluster's id; people know its name. */
async function clusterVariable(
  client: DatabricksClient,
  { cluster, rootPath }: TargetSettings,
): Promise<Record<string, string>> {
  if (cluster === undefined || cluster.id !== '') return {};
  const { findCluster } = await import('../../databricks/index.ts');
  const { clusterNote } = await import('../../pipelines/deploy/cluster-note.ts');
  const found = await findCluster(client, cluster.name, clusterNote(client, rootPath));
  if (found !== undefined) return { cluster_id: found.clusterId };
  throw new UserError('no-cluster', `There is no cluster named '${cluster.name}' in ${client.host}.`, {
    next: 'make databricks-init creates it; or set the variable cluster_id to another one.',
  });
}

export const destroy = defineCommand({
  name: 'destroy',
  describe: 'removes all of ours from a Databricks workspace, and nothing of others',
  examples: [
    ['destroy --target dev', 'shows what would go'],
    ['destroy --target dev --confirm predictive-maintenance', 'make destroy: removes it'],
  ],
  options: {
    target,
    confirm: { type: 'string', describe: 'the name of the bundle; without it nothing is removed' },
    keepData: { type: 'boolean', default: false, describe: 'leaves experiment, models, schema and volume' },
    bundle,
  },
  async run(args, context) {
    const { planDestruction } = await import('../../pipelines/deploy/destroy.ts');
    const { applyChanges } = await import('../../pipelines/deploy/deploy.ts');
    const { changeDocument } = await import('../../pipelines/deploy/change.ts');
    const { readBundle } = await import('../../jobs/bundle.ts');
    const directory = args.bundle === undefined ? PACKAGE_ROOT : resolve(context.cwd, args.bundle);
    const { name } = readBundle(directory).bundle.bundle;
    if (args.confirm !== undefined && args.confirm !== name)
      throw new UsageError(`--confirm '${args.confirm}' is not the name of the bundle, which is '${name}'.`);
    const { client, settings } = await openTarget(args.target, directory, context);
    const changes = await context.step('look for what is ours', () =>
      planDestruction(client, settings, { keepData: args.keepData }),
    );
    const applied = args.confirm !== undefined && changes.length > 0;
    const { rootPath } = settings;
    if (applied) await applyChanges(changes, { step: context.step, rootPath });
    const document = {
      host: client.host,
      target: args.target,
      applied,
      changes: changes.map(changeDocument),
    };
    return {
      json: document,
      text: await destructionText(changes, { applied, name, host: client.host, rootPath }),
    };
  },
});

async function destructionText(
  changes: readonly Change[],
  { applied, name, host, rootPath }: { applied: boolean; name: string; host: string; rootPath: string },
): Promise<string> {
  if (changes.length === 0) return `Nothing of ours is in ${host}.`;
  const { formatChanges } = await import('../../pipelines/deploy/format-plan.ts');
  const said = applied
    ? `${changes.length} deleted from ${host}.`
    : `Nothing was deleted. To delete these ${changes.length}: --confirm ${name} (make destroy CONFIRM=${name})`;
  return `${formatChanges(changes, rootPath)}\n${said}`;
}
