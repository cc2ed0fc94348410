/** What is known of a terminal; without isTTY it is a file or a pipe. Sizes are in characters. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** The last lines of a terminal, rewritten in place. */
export interface LiveLines {
  /** Shows these instead of those shown so far, each cut to the width, and no more than the terminal is high. */
  draw(lines: readonly string[]): void;
  /** Writes text that stays, above the lines. */
  print(text: string): void;
  /** Takes the lines away. */
  erase(): void;
}

/** Where a terminal does not say how large it is. */
const [COLUMNS, ROWS] = [80, 24];

/**
 * Written here, as it is three escape codes: the cursor stays visible and below the lines and each drawing is one write, so a
 * process that ends at any moment leaves nothing to be put right.
 */
export function liveLines(terminal: Terminal): LiveLines {
  let shown: readonly string[] = [];
  /** Back to where the lines begin, and nothing left of them; lines wrap where the terminal became narrower. */
  const rewind = () => {
    const height = shown.reduce(
      (sum, { length }) => sum + Math.max(1, Math.ceil(length / width(terminal))),
      0,
    );
    return height === 0 ? '' : `\x1b[${height}A\r\x1b[J`;
  };
  const write = (text: string) => {
    if (text !== '') terminal.write(text);
  };
  const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return {
    draw(lines) {
      const start = rewind();
      shown = lines.slice(0, (terminal.rows || ROWS) - 1).map((line) => cutLine(terminal, line));
      write(start + textOf(shown));
    },
    print: (text) => write(rewind() + text + textOf(shown)),
    erase() {
      write(rewind());
      shown = [];
    },
  };
}

/** As much of a line as a terminal shows of it without wrapping; some wrap at their last column already. */
export function cutLine(terminal: Terminal, line: string): string {
  const most = width(terminal) - 1;
  return line.length <= most ? line : `${line.slice(0, Math.max(0, most - 1))}…`;
}

const width = ({ columns }: Terminal): number => columns || COLUMNS;
