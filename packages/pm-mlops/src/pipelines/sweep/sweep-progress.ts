import type { Trial, TrialResult } from 'pm-core/tune';
import type { Report } from '../base/context.ts';
import { formatFigure, type RunningTrial, rankedTrials, type SweepState, sweepLines } from './sweep-table.ts';

/** Where nothing can be rewritten a line comes with each new best, and after each of so many parts of the sweep. */
const TOLD_PARTS = 10;

/** Follows a sweep for people. */
export interface SweepProgress {
  readonly doneCount: () => number;
  /** Evaluates a trial, seen at work meanwhile. */
  watch(trial: Trial, evaluate: (trial: Trial) => Promise<void>): Promise<void>;
  /** Takes in the result of the trial that was watched. */
  add(number: number, result: TrialResult): void;
}

/**
 * @param known the sweep as it is, with what an interrupted one had done.
 * @param report is told of each trial that begins, comes to a fold's end, or ends.
 */
export function followSweep(
  { settings, folds, finished: done }: Omit<SweepState, 'running' | 'nowMs'>,
  { nowMs, report }: { nowMs: () => number; report: Report },
): SweepProgress {
  const [startedMs, startCount] = [nowMs(), done.size];
  const finished = new Map(done);
  const running = new Map<number, RunningTrial>();
  const secondsOf = new Map<number, number>();
  const state = (): SweepState => ({ settings, folds, finished, running, nowMs: nowMs() });
  const tell = (isNews: boolean) => {
    const begun = running.values().reduce((sum, { steps }) => sum + steps.length / folds, 0);
    const here = finished.size - startCount;
    const left = settings.evaluations - finished.size - begun;
    const leftMs = here === 0 ? undefined : ((nowMs() - startedMs) * left) / (here + begun);
    const live = { leftMs, isNews, lines: () => sweepLines(state()) };
    report((finished.size + begun) / settings.evaluations, bestLine(state()), live);
  };
  return {
    doneCount: () => finished.size,
    async watch(trial, evaluate) {
      const { number, values } = trial;
      const beganMs = nowMs();
      const steps: number[] = [];
      running.set(number, { values, startedMs: beganMs, steps });
      tell(false);
      const reportStep = (loss: number) => {
        steps.push(loss);
        tell(false);
        return trial.report(loss);
      };
      try {
        await evaluate({ ...trial, report: reportStep });
      } finally {
        running.delete(number);
        secondsOf.set(number, (nowMs() - beganMs) / 1000);
      }
    },
    add(number, result) {
      const parts = Math.floor((TOLD_PARTS * finished.size) / settings.evaluations);
      finished.set(number, { result, seconds: secondsOf.get(number) ?? 0 });
      const isBest = rankedTrials({ finished })[0]?.[0] === number;
      tell(isBest || Math.floor((TOLD_PARTS * finished.size) / settings.evaluations) > parts);
    },
  };
}

function bestLine(state: SweepState): string {
  const { finished, settings } = state;
  const count = `${finished.size}/${settings.evaluations}`;
  const [best] = rankedTrials(state);
  if (best === undefined) return count;
  const [number, { result }] = best;
  const figure = formatFigure(settings.metric, result.loss);
  const { algorithm } = result.values;
  return `${count}, best ${settings.metric} ${figure} (evaluation ${number}${algorithm === undefined ? '' : `: ${algorithm}`})`;
}
