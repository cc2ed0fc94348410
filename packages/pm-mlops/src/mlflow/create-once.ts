import type { RetryContext } from './retry.ts';
import { mayHaveHappened } from './retry.ts';

export interface Creation<Made> {
  create(): Promise<Made>;
  /** Looks for what an earlier try made, by the mark that it was given. */
  find(): Promise<Made | undefined>;
}

/**
 * Creates something that must not come into being twice: when an answer is lost, what was made is searched by its mark,
 * and only if it is not there it is created again.
 */
export async function createOnce<Made>(
  { policy, random, sleep }: RetryContext,
  { create, find }: Creation<Made>,
): Promise<Made> {
  for (let tries = 0; ; tries++) {
    try {
      return await create();
    } catch (error) {
      if (tries >= policy.retries || !mayHaveHappened(error)) throw error;
      await sleep(Math.min(policy.baseDelayMs * 2 ** tries * (0.5 + random() / 2), policy.maxDelayMs));
      const made = await find();
      if (made !== undefined) return made;
    }
  }
}
