import { mayHaveHappened } from '../mlflow/retry.ts';
import type { DatabricksClient } from './client.ts';
import { isConflict } from './databricks-error.ts';

export interface Creation<Made> {
  create(): Promise<Made>;
  /** Looks for what may be there, by its name and whatever else tells it apart; undefined where it is not. */
  find(): Promise<Made | undefined>;
}

export interface Ensured<Made> {
  readonly made: Made;
  /** Whether this call created it. */
  readonly isNew: boolean;
}

/** Listings lag behind creations and deletions by some seconds. */
const looks = 4;

/** Finds something or creates it, once. @throws DatabricksError */
export async function ensure<Made>(
  client: DatabricksClient,
  creation: Creation<Made>,
): Promise<Ensured<Made>> {
  const made = await creation.find();
  return made === undefined ? createOnce(client, creation) : { made, isNew: false };
}

/**
 * Creates something that must not come into being twice. Where an answer is lost, or the service says that it is there
 * already, it is looked for several times; only where it stays away it is created again. What was created is waited for
 * until a look finds it, so that the next command does not create it anew.
 */
export async function createOnce<Made>(
  client: DatabricksClient,
  { create, find }: Creation<Made>,
): Promise<Ensured<Made>> {
  const ensured = await createUnlessThere(client, { create, find });
  // It is there: a look that fails is one that did not find it.
  if (ensured.isNew) await eventually(client, () => find().catch(() => undefined));
  client.signal?.throwIfAborted();
  return ensured;
}

async function createUnlessThere<Made>(
  client: DatabricksClient,
  { create, find }: Creation<Made>,
): Promise<Ensured<Made>> {
  for (let tries = 0; ; tries++) {
    try {
      return { made: await create(), isNew: true };
    } catch (error) {
      const isLost = mayHaveHappened(error);
      if (!isLost && !isConflict(error)) throw error;
      const made = await eventually(client, find);
      if (made !== undefined) return { made, isNew: isLost || tries > 0 };
      if (!isLost || tries >= client.retry.policy.retries) throw error;
    }
  }
}

/** What a look finds, at the latest after some tries with growing waits; undefined if none does. */
export async function eventually<Found>(
  { retry: { policy, sleep }, signal }: DatabricksClient,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let tries = 0; tries < looks; tries++) {
    if (tries > 0) await sleep(Math.min(policy.baseDelayMs * 2 ** tries, policy.maxDelayMs), signal);
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}
