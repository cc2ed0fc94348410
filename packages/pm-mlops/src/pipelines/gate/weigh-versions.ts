import { UserError } from 'pm-core';
import { type DriftFigures, type GateCheck, gateChecks, type SignatureFigures } from 'pm-core/gate';
import { quantileShifts } from 'pm-core/score';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import { comparedFigure } from '../training/compared-figure.ts';
import type { LoadedVersion, RowsWithTime } from '../training/workflow.ts';
import { workflowOf } from '../workflow-of.ts';
import { byLoggedMetrics, type Contest, compareVersions } from './compare-versions.ts';
import type { ComponentVerdict } from './decide-promotion.ts';
import { type Replay, replayVersions } from './replay-versions.ts';

export interface Rivals {
  readonly candidate: LoadedVersion;
  /** Its package may be one that cannot be run here. */
  readonly champion: Pick<LoadedVersion, 'version'> & { readonly model: LoadedVersion['model'] | UserError };
}

/** All that the gate found out about a candidate beside its champion. */
export interface Weighing {
  readonly checks: readonly GateCheck[];
  readonly byComponent: Readonly<Record<string, ComponentVerdict>>;
  readonly replay?: Replay | undefined;
}

/** Measures all that the checks of the gate ask for; replays the last weeks where a limit or a dry run asks for that. */
export async function weighVersions(
  bench: Workbench,
  context: PipelineContext,
  { candidate, champion }: Rivals,
  { withReplay }: { readonly withReplay: boolean },
): Promise<Weighing> {
  const { gate, evaluate } = context.config;
  const contest = await contestOf(bench, context, { candidate, champion });
  const recent = await workflowOf(context).recentRows(bench, gate.replayWeeks);
  const isReplayed = withReplay || gate.maxChangedAlerts !== 'off';
  const replay = isReplayed ? await replayOf(bench, context, recent, { candidate, champion }) : undefined;
  const { comparison, candidate: figures, cost, byComponent } = contest;
  const evidence = {
    signature: signatureFigures(candidate, recent, workflowOf(context).classes),
    comparison,
    candidate: figures,
    cost,
    drift: driftOf(candidate, recent),
    replay: replay && { ...replay, episodes: replay.episodes.length },
  };
  return { checks: gateChecks(evidence, { ...gate, ...evaluate }), byComponent, replay };
}

async function contestOf(
  bench: Workbench,
  context: PipelineContext,
  { candidate, champion: { version, model } }: Rivals,
): Promise<Contest> {
  if (model instanceof UserError) {
    const figure = comparedFigure(workflowOf(context).classes);
    return byLoggedMetrics(candidate, { version }, { figure, reason: model.message });
  }
  return compareVersions(bench, context, { candidate, champion: { version, model } });
}

/** Undefined where one of the two cannot be put to these rows; the log says why. */
async function replayOf(
  bench: Workbench,
  context: PipelineContext,
  recent: RowsWithTime,
  { candidate, champion: { version, model } }: Rivals,
): Promise<Replay | undefined> {
  try {
    if (model instanceof UserError) throw model;
    return await replayVersions(bench, context, recent, { candidate, champion: { version, model } });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.log(`The last weeks cannot be replayed: ${error.message}`);
    return undefined;
  }
}

function signatureFigures(
  { model: { signature, facts } }: LoadedVersion,
  { matrix }: RowsWithTime,
  classes: readonly string[],
): SignatureFigures {
  const inputs = signature.inputs.map(({ name }) => name);
  const own = facts?.classes;
  const isOther = own !== undefined && own.join() !== classes.join();
  return {
    missingInputs: inputs.filter((name) => !matrix.featureNames.includes(name)),
    otherAnswers: isOther
      ? `it tells ${own.join(', ')} apart, the workflow ${classes.join(', ')}`
      : undefined,
  };
}

function driftOf({ model: { facts } }: LoadedVersion, { matrix }: RowsWithTime): DriftFigures {
  const [most] = facts === undefined ? [] : quantileShifts(facts.features, matrix);
  return { rows: matrix.rowCount, feature: most?.feature, shift: most?.shift };
}
