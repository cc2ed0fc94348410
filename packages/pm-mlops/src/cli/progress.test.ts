import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveView } from '../pipelines/base/context.ts';
import { liveLines } from './live-lines.ts';
import { createProgress } from './progress.ts';

/** A terminal of any height that knows the codes which are used here, and refuses others; lines wrap at its width. */
function screen(columns: number, rows = 24) {
  const cells = [''];
  let row = 0;
  const type = (text: string) => {
    for (const letter of text) {
      if (cells[row]!.length === columns) cells[++row] = '';
      cells[row] += letter;
    }
  };
  const obey = (code: string) => {
    const [, up, kind] = /^␛\[(\d*)([AJ])$/.exec(code) ?? expect.fail(`unknown code ${code}`);
    if (kind === 'A') row -= Number(up);
    else cells.splice(row, cells.length, '');
  };
  return {
    ...{ isTTY: true, columns, rows },
    write(text: string) {
      for (const part of text.replaceAll('\x1b', '␛').split(/(␛\[[^A-Za-z]*[A-Za-z]|[\r\n])/)) {
        if (part === '\n') cells[++row] ??= '';
        else if (part.startsWith('␛')) obey(part);
        else if (part !== '\r') type(part);
      }
    },
    text: () => cells.join('\n'),
  };
}

describe('lines that are rewritten in place', () => {
  it('stand below all that was printed, cut to the terminal, whatever was drawn before', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 30 });
    const drawing = fc.array(words, { maxLength: 9 }).map((lines) => ({ lines }));
    const printing = words.map((text) => ({ text: text.slice(0, 20) }));
    fc.assert(
      fc.property(fc.array(fc.oneof(drawing, printing)), (actions) => {
        const terminal = screen(20, 6);
        const live = liveLines(terminal);
        const printed: string[] = [];
        let drawn: readonly string[] = [];
        for (const action of actions) {
          if ('lines' in action) {
            drawn = action.lines;
            live.draw(drawn);
          } else {
            live.print(`${action.text}\n`);
            printed.push(action.text);
          }
        }
        const shown = drawn.slice(0, 5).map((line) => (line.length > 19 ? `${line.slice(0, 18)}…` : line));
        expect(terminal.text()).toBe([...printed, ...shown, ''].join('\n'));
      }),
    );
  });
});

describe('the progress of a step', () => {
  afterEach(() => void vi.useRealTimers());
  const view = (isNews: boolean, ...lines: string[]): LiveView => ({
    ...{ leftMs: 150_000, isNews },
    lines: () => lines,
  });

  it('is a bar and the view below it on a terminal, redrawn each second, and the view stays with the time it took', async () => {
    vi.useFakeTimers({ now: 0 });
    const terminal = screen(80);
    const { step, log } = createProgress(terminal, () => Date.now());
    let seconds = 0;
    const result = await step('search', async (report) => {
      report(0.5, '1/2', { leftMs: 150_000, isNews: false, lines: () => [`since ${seconds} s`] });
      for (; seconds < 3; ) {
        seconds++;
        await vi.advanceTimersByTimeAsync(1000);
      }
      log('by the way');
      expect(terminal.text()).toMatch(
        /^by the way\nsearch {25}█{12}░{12} {2}50 % 3 min left 1\/2\nsince 3 s\n$/,
      );
      return 'found';
    });
    expect(result).toBe('found');
    expect(terminal.text()).toBe(`by the way\n${'search'.padEnd(30)}    3.0 s\nsince 3 s\n`);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is a line for each news and no code where nothing can be rewritten', async () => {
    let text = '';
    const { step } = createProgress({ write: (part) => (text += part) }, () => 0);
    await step('search', async (report) => {
      report(0.25, 'first', view(true, 'table'));
      report(0.5, 'nothing', view(false, 'table'));
      report(0.75, 'second', view(true, 'table'));
    });
    expect(text.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      expect.stringMatching(/25 % 3 min left first$/),
      expect.stringMatching(/75 % 3 min left second$/),
      'search 0.0 s',
      '',
    ]);
    expect(text).not.toContain('\x1b');
  });

  it('tells a step that was interrupted from one that failed', async () => {
    const terminal = screen(80);
    const { step } = createProgress(terminal, () => 0);
    const failing = (error: Error) => step('work', () => Promise.reject(error));
    await expect(failing(new Error('broken'))).rejects.toThrow('broken');
    await expect(failing(new DOMException('by SIGINT', 'AbortError'))).rejects.toThrow('SIGINT');
    expect(terminal.text()).toMatch(/^work +failed after 0.0 s\nwork +interrupted after 0.0 s\n$/);
  });
});
