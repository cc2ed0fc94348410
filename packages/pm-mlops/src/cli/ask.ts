import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './context.ts';

/** Asks a person at a terminal for one line, on stderr; undefined where nobody sits there. Ctrl-C at the question ends pm. */
export async function ask(
  { stdin, log }: Pick<CommandContext, 'stdin' | 'log'>,
  question: string,
): Promise<string | undefined> {
  if (!stdin.isTTY) return undefined;
  log(question);
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}
