import { classesOf, UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { previousProduction } from '../../mlflow/ledger.ts';
import { holderOf, type ModelVersion } from '../../mlflow/model-version.ts';
import { repairStages } from '../../mlflow/repair-stages.ts';
import { moveToStage } from '../../mlflow/stages.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import { tryModel } from '../gate/try-model.ts';
import { fetchModelPackage } from '../versions/model-artifact.ts';
import { moveBy } from '../versions/move-by.ts';

export interface Rollback {
  readonly modelName: string;
  /** In Production now. */
  readonly version: string;
  /** Archived; undefined where no version was in Production. */
  readonly replacedVersion: string | undefined;
  readonly reason: string | undefined;
}

/**
 * Brings back the version that was in Production before the one that is there now, by the ledger, once it has been loaded and has
 * stood its smoke check. A second rollback goes one step further back, never forward to what was rolled back from: `pm promote`
 * does that.
 * @throws UserError `no-previous-version`, `stage-taken`, and what loading and trying the version throws: nothing moved then.
 */
export async function rollback(
  client: MlflowClient,
  context: PipelineContext,
  { reason }: { readonly reason?: string | undefined },
): Promise<Rollback> {
  const modelName = context.config.name;
  const { repairs, versions } = await repairStages(client, modelName);
  for (const repair of repairs) context.log(`mended: ${repair}`);
  const holder = holderOf('Production', versions)?.version;
  const target = versionBefore(modelName, versions);
  await context.step(`try version ${target.version}`, () => tryVersion(client, context, target));
  const back = holder === undefined ? 'nothing was in Production' : `back from version ${holder}`;
  await moveToStage(client, modelName, target.version, 'Production', {
    ...moveBy(context, 'rollback'),
    why: reason === undefined ? back : `${reason}; ${back}`,
  });
  return { modelName, version: target.version, replacedVersion: holder, reason };
}

function versionBefore(modelName: string, versions: readonly ModelVersion[]): ModelVersion {
  const previous = previousProduction(versions);
  const found = versions.find(({ version }) => version === previous);
  if (found !== undefined) return found;
  throw new UserError(
    'no-previous-version',
    `There is nothing to go back to: the ledger knows no earlier version of ${modelName} in Production.`,
    { next: '`pm models list` shows the versions; `pm promote --version N` brings one to Production.' },
  );
}

const tryVersion = (client: MlflowClient, { config }: PipelineContext, version: ModelVersion) =>
  inTemporaryFolder(async (folder) => {
    const name = `${version.modelName} version ${version.version}`;
    await tryModel(await fetchModelPackage(client, version, folder), { classes: classesOf(config), name });
  });
