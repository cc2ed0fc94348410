import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { MlflowClient } from './client.ts';
import { MODEL_STAGES, type ModelVersion } from './model-version.ts';
import { setModelVersionTag } from './model-versions.ts';

/** Begins the key of each tag of a version that holds an entry. */
export const LEDGER_TAG_PREFIX = 'pm.ledger.';
/** Characters of a version's tag that MLflow keeps. */
const LONGEST_VALUE = 5000;

/**
 * What moved a version: `train` and `register` brought it to Staging, `promote` is the gate's yes, `force` a person's word against the gate,
 * `rollback` a return to what was before, `move` any other call; `archive` is the other side of another version's arrival.
 * The last two were found out afterwards: `repair` is how moves at the same moment came out, `outside` a move without an entry.
 */
export const MOVE_ACTIONS = [
  'train',
  'register',
  'promote',
  'force',
  'rollback',
  'move',
  'archive',
  'repair',
  'outside',
] as const;
export type MoveAction = (typeof MOVE_ACTIONS)[number];

const Stage = z.enum(MODEL_STAGES);
/** The value of an entry's tag, as JSON. Keys that are not known here are left out. */
const StoredEntry = z.object({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  by: z.string(),
  action: z.enum(MOVE_ACTIONS),
  from: Stage,
  to: Stage,
  why: z.string(),
  evidence: z.string().optional(),
  digest: z.string().optional(),
});

/** Whether an entry tells what somebody saw, not what somebody did. */
export const isNoticed = (action: MoveAction): boolean => ['archive', 'repair', 'outside'].includes(action);

/** One move of one version from a stage to another. */
export interface LedgerEntry extends z.infer<typeof StoredEntry> {
  /** Orders the entries of a model; two processes at once may come to the same number. */
  readonly seq: number;
  /** ISO 8601, UTC; of an entry `outside` the latest time at which the move may have been. */
  readonly at: string;
  /** User name as MLflow has it; empty where nobody knows. */
  readonly by: string;
  readonly why: string;
  /** Where the evidence is, such as `runs:/RUN/gate/TIME`. */
  readonly evidence?: string | undefined;
  /** SHA-256 of the gate's verdict, 64 hexadecimal digits. */
  readonly digest?: string | undefined;
  readonly version: string;
  /** Key of the tag. */
  readonly key: string;
}

export type NewLedgerEntry = Omit<LedgerEntry, 'key' | 'version'>;

/** Entries of versions as their tags have them, in order: by number, then time, then key. Tags that hold none are passed over. */
export function storedEntries(versions: readonly Pick<ModelVersion, 'version' | 'tags'>[]): LedgerEntry[] {
  const entries = versions.flatMap(({ version, tags }) =>
    Object.entries(tags)
      .filter(([key]) => key.startsWith(LEDGER_TAG_PREFIX))
      .flatMap(([key, value]) => entryOf(version, key, value)),
  );
  return entries.sort((a, b) => a.seq - b.seq || compare(a.at, b.at) || compare(a.key, b.key));
}

/** Writes an entry as a tag of its version; a `why` that would not fit is cut. */
export async function writeEntry(
  client: MlflowClient,
  { modelName, version }: Pick<ModelVersion, 'modelName' | 'version'>,
  entry: NewLedgerEntry,
): Promise<void> {
  const key = `${LEDGER_TAG_PREFIX}${String(entry.seq).padStart(6, '0')}.${randomUUID().slice(0, 8)}`;
  await setModelVersionTag(client, modelName, version, { key, value: fitting(entry) });
}

function fitting(entry: NewLedgerEntry): string {
  const { seq, at, by, action, from, to, why, evidence, digest } = entry;
  const textWith = (reason: string) =>
    JSON.stringify({ seq, at, by, action, from, to, why: reason, evidence, digest });
  let cut = why;
  for (let text = textWith(cut); text.length > LONGEST_VALUE; text = textWith(`${cut}…`)) {
    cut = cut.slice(0, Math.floor(cut.length * 0.9));
  }
  return textWith(cut === why ? why : `${cut}…`);
}

function entryOf(version: string, key: string, value: string): LedgerEntry[] {
  try {
    const { success, data } = StoredEntry.safeParse(JSON.parse(value));
    return success ? [{ ...data, version, key }] : [];
  } catch {
    return [];
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
