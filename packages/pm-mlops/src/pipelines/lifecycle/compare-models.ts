import { join } from 'node:path';
import { UserError } from 'pm-core';
import type { GateCheck } from 'pm-core/gate';
import { openLake } from 'pm-core/lake';
import type { MlflowClient } from '../../mlflow/client.ts';
import type { ModelPackage } from '../../mlflow/model-package/index.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import { writingLake } from '../base/workbench.ts';
import type { ComponentVerdict } from '../gate/decide-promotion.ts';
import { weighVersions } from '../gate/weigh-versions.ts';
import { type ModelSide, readModelSide } from './model-side.ts';

/** What the checks of the gate say of the second version beside the first on the same rows, or why they say nothing. */
export type PairedVerdict =
  | {
      readonly kind: 'weighed';
      readonly checks: readonly GateCheck[];
      readonly byComponent: Readonly<Record<string, ComponentVerdict>>;
    }
  | { readonly kind: 'none'; readonly reason: string };

export interface ModelComparison {
  readonly first: ModelSide;
  readonly second: ModelSide;
  readonly paired: PairedVerdict;
}

/**
 * Two versions side by side: what their runs and packages say, and, where both can be run, how they do on the rows of the lake that
 * neither was trained on. Moves and records nothing.
 */
export async function compareModels(
  client: MlflowClient,
  context: PipelineContext,
  versions: { readonly first: ModelVersion; readonly second: ModelVersion },
): Promise<ModelComparison> {
  return inTemporaryFolder(async (folder) => {
    const first = await readModelSide(client, versions.first, join(folder, 'first'));
    const second = await readModelSide(client, versions.second, join(folder, 'second'));
    const paired = await pairedVerdict(context, [
      { version: versions.first, model: first.model },
      { version: versions.second, model: second.model },
    ]);
    return { first: first.side, second: second.side, paired };
  });
}

/** Why the rows of this workflow are not those of both models; undefined for models that do not say whose they are. */
function otherWorkflow(
  { config }: PipelineContext,
  champion: ModelPackage | UserError,
  candidate: ModelPackage,
): string | undefined {
  const nameOf = (model: ModelPackage | UserError) =>
    model instanceof UserError ? undefined : model.facts?.config.name;
  const [theirs, mine] = [nameOf(champion), nameOf(candidate)];
  if (typeof theirs !== 'string' || typeof mine !== 'string') return undefined;
  if (theirs !== mine) return `One is a model of ${theirs}, the other of ${mine}.`;
  if (mine === config.name) return undefined;
  return `Both are models of ${mine}, not of ${config.name}: name its workflow file, --config config/${mine}.yaml.`;
}

interface Found {
  readonly version: ModelVersion;
  readonly model: ModelPackage | UserError;
}

async function pairedVerdict(
  context: PipelineContext,
  [champion, candidate]: readonly [Found, Found],
): Promise<PairedVerdict> {
  const { model } = candidate;
  if (model instanceof UserError) return { kind: 'none', reason: model.message };
  const stranger = otherWorkflow(context, champion.model, model);
  if (stranger !== undefined) return { kind: 'none', reason: stranger };
  if (openLake(context.lakeDirectory, { clock: context.now }).manifest.origin === null)
    return { kind: 'none', reason: `There are no rows in ${context.lakeDirectory}.` };
  const rivals = { candidate: { ...candidate, model }, champion };
  try {
    const { checks, byComponent } = await writingLake(context, 'pm models compare', (bench) =>
      context.step('score the common test rows', () =>
        weighVersions(bench, context, rivals, { withReplay: false }),
      ),
    );
    return { kind: 'weighed', checks, byComponent };
  } catch (error) {
    if (error instanceof UserError) return { kind: 'none', reason: error.message };
    throw error;
  }
}
