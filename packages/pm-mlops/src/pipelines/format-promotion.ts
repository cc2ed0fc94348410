import { countText, formatTimestamp } from 'pm-core';
import type { EpisodeChange } from 'pm-core/alerts';
import { textTable } from 'pm-core/metrics';
import type { Replay } from './gate/replay-versions.ts';
import type { PromotionResult } from './promote.ts';

/** A promotion or a refusal for people: what happened, every check, and how alerts would change. */
export function formatPromotion(result: PromotionResult): string {
  const checks = result.checks.map(({ name, verdict, sentence }) => `  ${name}: ${verdict}; ${sentence}`);
  const components = Object.entries(result.byComponent).map(([name, verdict]) => `  ${name}: ${verdict}`);
  const replay = result.replay === undefined ? [] : ['', ...replayLines(result.replay)];
  return [headline(result), ...checks, ...components, ...replay].join('\n');
}

function headline({
  modelName,
  version,
  stage,
  reason,
  moved,
  promote,
  keptVersion,
}: PromotionResult): string {
  if (moved) return `Version ${version} of ${modelName} is in ${stage}: ${reason}.`;
  if (keptVersion === version) return `Nothing to do: ${reason}.`;
  if (promote) return `Version ${version} of ${modelName} would be promoted to ${stage}: ${reason}.`;
  const kept = keptVersion === undefined ? 'none' : `version ${keptVersion}`;
  return `Kept ${kept} in ${stage}, not version ${version}: ${reason}.`;
}

function replayLines({ weeks, rows, byComponent, episodes }: Replay): string[] {
  const counts = Object.entries(byComponent).map(([name, { kept, moved, added, dropped }]) =>
    [name, kept, moved, added, dropped].map(String),
  );
  const changed = episodes.filter(({ change }) => change !== 'kept');
  return [
    `The last ${weeks} weeks (${countText(rows)} rows) with both versions: ${episodes.length} alert episodes, ${changed.length} of them change.`,
    textTable([['component', 'kept', 'moved', 'added', 'dropped'], ...counts]),
    ...(changed.length === 0
      ? []
      : [
          '',
          textTable([
            ['machine', 'component', 'change', 'champion sees it', 'candidate sees it'],
            ...changed.map(episodeRow),
          ]),
        ]),
  ];
}

function episodeRow({ machineId, component, change, champion, candidate }: EpisodeChange): string[] {
  const seen = (ms: number | undefined) => (ms === undefined ? '–' : formatTimestamp(ms));
  return [machineId, component, change, seen(champion?.firstSeenMs), seen(candidate?.firstSeenMs)];
}
