import { figureOfTotals, type GroupTotals, type PairedDifference, pairedBootstrap } from 'pm-core/gate';
import type { Predictions } from 'pm-core/score';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import type { LabeledRows } from '../training/training-data.ts';
import type { LoadedVersion } from '../training/workflow.ts';
import { workflowOf } from '../workflow-of.ts';

/** A version and what it says of the rows. */
interface Side {
  readonly loaded: LoadedVersion;
  readonly predictions: Predictions;
}

/** What acting on two versions' alerts would have cost over the same rows, paired. Undefined where one of the two has no thresholds. */
export async function costDifference(
  bench: Workbench,
  context: PipelineContext,
  rows: LabeledRows,
  sides: readonly [candidate: Side, champion: Side],
): Promise<PairedDifference | undefined> {
  const totals: GroupTotals[] = [];
  for (const { loaded, predictions } of sides) {
    const thresholds = loaded.model.facts?.thresholds ?? {};
    const { probabilities } = predictions;
    const cost = await workflowOf(context).costByGroup(bench, rows, { probabilities, thresholds });
    if (cost === undefined) return undefined;
    totals.push(cost);
  }
  const [candidate, champion] = totals.map((total) => figureOfTotals(total, ([sum]) => sum!));
  const { groupCount } = totals[0]!;
  return pairedBootstrap({
    ...context.config.gate,
    groupCount,
    candidate: candidate!,
    champion: champion!,
  });
}
