import type { LiveView, Report, StepRunner } from '../pipelines/base/context.ts';
import { cutLine, type LiveLines, liveLines, type Terminal } from './live-lines.ts';

const BAR_CELLS = 24;
const LABEL_CELLS = 30;
/** What is drawn sooner is gone before it is seen. */
const UNSHOWN_MS = 1000;
const REDRAWN_MS = 100;
const TOLD_MS = 10_000;
/** Times that a view tells pass. */
const TICK_MS = 1000;

/** Steps, and lines between them, for people at one terminal. */
export interface Progress {
  readonly step: StepRunner;
  readonly log: (line: string) => void;
}

/** A step as it is shown. */
interface Display {
  readonly report: Report;
  readonly end: (how: string) => void;
}

/** Where a step stands. */
interface Standing {
  readonly fraction: number;
  readonly detail: string;
  readonly live?: LiveView | undefined;
}

interface Shown {
  readonly label: string;
  readonly elapsedMs: () => number;
  readonly terminal: Terminal;
  readonly lines: LiveLines;
}

/**
 * Shows steps on a terminal: a bar that redraws itself on a TTY, the step's own view below it; otherwise a plain line every ten
 * seconds, or for each news of a view; at the end of each step one line with its time. Written here because progress-bar
 * packages print nothing or garbage when piped.
 */
export function createProgress(terminal: Terminal, nowMs: () => number): Progress {
  const lines = liveLines(terminal);
  const step: StepRunner = async (label, work) => {
    const startedMs = nowMs();
    const elapsedMs = () => nowMs() - startedMs;
    const display = (terminal.isTTY ? redrawn : told)({ label, elapsedMs, terminal, lines });
    try {
      const result = await work(display.report);
      display.end(formatSeconds(elapsedMs()));
      return result;
    } catch (error) {
      const how = error instanceof DOMException && error.name === 'AbortError' ? 'interrupted' : 'failed';
      display.end(`${how} after ${formatSeconds(elapsedMs()).trim()}`);
      throw error;
    }
  };
  return { step, log: (line) => lines.print(`${line}\n`) };
}

function redrawn({ label, elapsedMs, terminal, lines }: Shown): Display {
  let standing: Standing = { fraction: 0, detail: '' };
  let drawnMs = Number.NEGATIVE_INFINITY;
  let ticking: NodeJS.Timeout | undefined;
  const viewLines = () => standing.live?.lines() ?? [];
  const draw = () => {
    if (elapsedMs() < UNSHOWN_MS) return;
    drawnMs = elapsedMs();
    lines.draw([progressLine(label, standing, drawnMs), ...viewLines()]);
  };
  return {
    report(fraction, detail = '', live) {
      standing = { fraction, detail, live };
      if (live !== undefined) ticking ??= setInterval(draw, TICK_MS).unref();
      if (elapsedMs() - drawnMs >= REDRAWN_MS) draw();
    },
    end(how) {
      clearInterval(ticking);
      lines.erase();
      const last = [`${label.padEnd(LABEL_CELLS)} ${how}`, ...viewLines()];
      lines.print(last.map((line) => `${cutLine(terminal, line)}\n`).join(''));
    },
  };
}

function told({ label, elapsedMs, terminal }: Shown): Display {
  let toldMs = 0;
  return {
    report(fraction, detail = '', live) {
      const isDue = live?.isNews ?? elapsedMs() - toldMs >= TOLD_MS;
      if (!isDue) return;
      toldMs = elapsedMs();
      terminal.write(`${progressLine(label, { fraction, detail, live }, toldMs)}\n`);
    },
    end: (how) => terminal.write(`${label.padEnd(LABEL_CELLS)} ${how}\n`),
  };
}

function progressLine(label: string, { fraction, detail, live }: Standing, elapsedMs: number): string {
  const share = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(share * BAR_CELLS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
  const guessedMs = share > 0.02 ? (elapsedMs / share) * (1 - share) : undefined;
  const leftMs = live === undefined ? guessedMs : live.leftMs;
  const left = leftMs === undefined ? '' : ` ${formatLeft(leftMs)} left`;
  return `${label.padEnd(LABEL_CELLS)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %${left} ${detail}`.trimEnd();
}

/** `68 s`, `12 min`, `2 h 5 min`. */
function formatLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `  12.3 s`, right-aligned to eight characters. */
const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(8);
