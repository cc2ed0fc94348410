import { UserError } from 'pm-core';

export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** Is told, in a sentence, what was cut. */
export type OnCut = (notice: string) => void;

/** Characters of a run's params and tags. Longer ones the server would cut without a word. */
const longest = { param: 6000, tag: 8000 } as const;

/**
 * A param or tag that MLflow keeps whole: the pair itself, or cut to fit if there is an `onCut` to tell.
 * @throws UserError `value-too-long`
 */
export function fittingPair(kind: 'param' | 'tag', { key, value }: Pair, onCut?: OnCut): Pair {
  const limit = longest[kind];
  if (value.length <= limit) return { key, value };
  const characters = [...value]; // MLflow counts code points
  if (characters.length <= limit) return { key, value };
  const found = `${kind} ${key} has ${characters.length} characters; MLflow keeps ${limit}`;
  if (onCut === undefined) {
    throw new UserError('value-too-long', `The ${found}.`, { next: 'Log it as an artifact instead.' });
  }
  onCut(`the ${found}: the rest was cut`);
  return { key, value: characters.slice(0, limit).join('') };
}
