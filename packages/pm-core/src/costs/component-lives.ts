import { type ComponentHistory, DAY_MS } from './component-history.ts';

/** How long a component served, days, and whether it failed then or was taken out, or watched no longer. */
export interface ComponentLife {
  readonly machineId: string;
  /** Instant of its installation, ms. */
  readonly installedMs: number;
  /** Of its failure, its replacement or the last look at it, ms. */
  readonly endedMs: number;
  readonly days: number;
  readonly failed: boolean;
}

/**
 * Lives of a component from one replacement or failure to the next, and the last one until `untilMs`, where nothing more is known.
 * What was before a machine's first replacement began nobody knows when: it is left out.
 */
export function componentLives(
  { failures, replacements }: ComponentHistory,
  untilMs: number,
): ComponentLife[] {
  return [...replacements].flatMap(([machineId, replaced]) => {
    const failed = new Set(failures.get(machineId));
    const changes = [...new Set([...replaced, ...failed])]
      .filter((at) => at <= untilMs)
      .sort((a, b) => a - b);
    const first = changes.indexOf(replaced[0]);
    return changes.slice(Math.max(first, 0)).flatMap((installedMs, i, own) => {
      const endedMs = own[i + 1] ?? untilMs;
      if (endedMs <= installedMs) return [];
      return [
        {
          machineId,
          installedMs,
          endedMs,
          days: (endedMs - installedMs) / DAY_MS,
          failed: failed.has(endedMs),
        },
      ];
    });
  });
}
