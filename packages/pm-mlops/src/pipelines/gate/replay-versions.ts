import {
  type Alert,
  type AlertEpisode,
  alertEpisodes,
  type ChangeCounts,
  changedShare,
  compareEpisodes,
  countChanges,
  type EpisodeChange,
} from 'pm-core/alerts';
import type { Predictions } from 'pm-core/score';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import { readRepairs } from '../fleet/read-repairs.ts';
import type { LoadedVersion, RowsWithTime } from '../training/workflow.ts';
import { scoreStored } from '../versions/score-version.ts';
import { workflowOf } from '../workflow-of.ts';

/** What two versions would have said in the last weeks of the lake. */
export interface Replay {
  readonly weeks: number;
  /** Cutoffs scored, by both. */
  readonly rows: number;
  /** Share of the episodes that are not kept; null without one. */
  readonly changedShare: number | null;
  readonly byComponent: Readonly<Record<string, ChangeCounts>>;
  /** Added, dropped, moved and kept episodes in order of time. */
  readonly episodes: readonly EpisodeChange[];
}

/**
 * Replays recent rows with both versions and sets their alert episodes side by side. An alert is a class that reaches its
 * threshold in the version, or the predicted class of one without thresholds. Undefined for rows without time.
 * @throws UserError `missing-columns`, `unsupported-model`
 */
export async function replayVersions(
  bench: Workbench,
  context: PipelineContext,
  recent: RowsWithTime,
  { candidate, champion }: { candidate: LoadedVersion; champion: LoadedVersion },
): Promise<Replay | undefined> {
  const { timing } = recent;
  if (timing === undefined) return undefined;
  const workflow = workflowOf(context);
  const repairs = await readRepairs(bench.engine);
  const episodesOf = async (loaded: LoadedVersion): Promise<AlertEpisode[]> => {
    const { matrix } = await workflow.onOwnColumns(bench, loaded, recent);
    const predictions = await scoreStored(loaded, { matrix, classes: workflow.classes });
    return alertEpisodes(alertsOf(predictions, timing, thresholdsOf(loaded, workflow.classes)), repairs);
  };
  const episodes = compareEpisodes(await episodesOf(champion), await episodesOf(candidate));
  return {
    weeks: context.config.gate.replayWeeks,
    rows: recent.matrix.rowCount,
    changedShare: changedShare(episodes),
    byComponent: countChanges(episodes),
    episodes,
  };
}

interface ClassThreshold {
  readonly name: string;
  /** Undefined where the predicted class decides. */
  readonly threshold: number | undefined;
}

function thresholdsOf({ model }: LoadedVersion, classes: readonly string[]): ClassThreshold[] {
  return classes.map((name) => ({ name, threshold: model.facts?.thresholds[name] }));
}

function alertsOf(
  { label, probabilities }: Predictions,
  { machineIds, windowEnd }: NonNullable<RowsWithTime['timing']>,
  classes: readonly ClassThreshold[],
): Alert[] {
  return machineIds.flatMap((machineId, row) =>
    classes.flatMap(({ name, threshold }, number): Alert[] => {
      if (number === 0) return [];
      const isHit =
        threshold === undefined
          ? label[row] === number
          : probabilities[row * classes.length + number]! >= threshold;
      return isHit ? [{ machineId, component: name, atMs: windowEnd[row]! }] : [];
    }),
  );
}
