import type { DatabricksClient } from '../databricks/index.ts';
import type { TargetSettings } from '../pipelines/deploy/target-settings.ts';
import type { CommandContext } from './context.ts';

/** The workspace that the environment or a profile names, and what a target of a bundle is to be there. */
export interface OpenedTarget {
  readonly client: DatabricksClient;
  readonly settings: TargetSettings;
  readonly userName: string;
}

/**
 * Opens the workspace and asks it who deploys.
 * @param bundle folder of `databricks.yml`.
 */
export async function openTarget(
  target: string,
  bundle: string,
  context: CommandContext,
): Promise<OpenedTarget> {
  const { openWorkspace } = await import('../pipelines/databricks/open-workspace.ts');
  const { targetSettings } = await import('../pipelines/deploy/target-settings.ts');
  const { client, identity } = await openWorkspace(context);
  const { userName } = identity;
  const { environment } = context;
  return { client, userName, settings: targetSettings(bundle, target, { userName, environment }) };
}
