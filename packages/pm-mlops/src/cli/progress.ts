import type { Report, StepRunner } from '../pipelines/context.ts';

interface Terminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const BAR_CELLS = 24;
const LABEL_CELLS = 30;

/**
 * Shows steps on a terminal: a bar that redraws itself on a TTY, otherwise a plain line every ten seconds; at the end of
 * each step one line with its time. Written here because progress-bar packages print nothing or garbage when piped.
 */
export function createStepRunner(terminal: Terminal, nowMs: () => number): StepRunner {
  return async (label, work) => {
    const startedMs = nowMs();
    let shownMs = startedMs;
    const report: Report = (fraction, detail = '') => {
      const elapsedMs = nowMs() - startedMs;
      const intervalMs = terminal.isTTY ? 100 : 10_000;
      if (elapsedMs < 1000 || nowMs() - shownMs < intervalMs) return;
      shownMs = nowMs();
      const line = progressLine(label, fraction, detail, elapsedMs);
      terminal.write(terminal.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
    };
    const clear = terminal.isTTY ? '\r\x1b[2K' : '';
    try {
      const result = await work(report);
      terminal.write(`${clear}${label.padEnd(LABEL_CELLS)} ${formatSeconds(nowMs() - startedMs)}\n`);
      return result;
    } catch (error) {
      terminal.write(
        `${clear}${label.padEnd(LABEL_CELLS)} failed after ${formatSeconds(nowMs() - startedMs).trim()}\n`,
      );
      throw error;
    }
  };
}

function progressLine(label: string, fraction: number, detail: string, elapsedMs: number): string {
  const share = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(share * BAR_CELLS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
  const leftMs = share > 0.02 ? (elapsedMs / share) * (1 - share) : undefined;
  const left = leftMs === undefined ? '' : ` ${Math.ceil(leftMs / 1000)} s left`;
  return `${label.padEnd(LABEL_CELLS)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %${left} ${detail}`.trimEnd();
}

/** `  12.3 s`, right-aligned to eight characters. */
export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(8);
