import { isNoticed, type LedgerEntry, storedEntries } from './ledger-entry.ts';
import { type ActiveStage, holderOf, type ModelStage, type ModelVersion } from './model-version.ts';

type Tagged = Pick<ModelVersion, 'version' | 'tags'>;

/**
 * The ledger of a model's versions, oldest first. Of neighbouring entries of a version that lead to the same stage one is told: two
 * processes may notice one move, and one may notice what another is about to write down. Who made the move has the word.
 */
export function readLedger(versions: readonly Tagged[]): LedgerEntry[] {
  const kept: LedgerEntry[] = [];
  const newest = new Map<string, number>();
  for (const entry of storedEntries(versions)) {
    const place = newest.get(entry.version);
    const before = place === undefined ? undefined : kept[place]!;
    if (before?.to === entry.to) {
      if (isNoticed(before.action) && !isNoticed(entry.action)) kept[place!] = entry;
      continue;
    }
    newest.set(entry.version, kept.push(entry) - 1);
  }
  return kept;
}

/** Where the ledger has each version stand: after all entries, or after those until `at` (ISO 8601, included). Others: None. */
export function stagesByLedger(entries: readonly LedgerEntry[], at?: string): Map<string, ModelStage> {
  const past = at === undefined ? entries : entries.filter((entry) => Date.parse(entry.at) <= Date.parse(at));
  return new Map(past.map(({ version, to }) => [version, to]));
}

/** A version that does not stand where the ledger has it. */
export interface StageGap {
  readonly version: ModelVersion;
  /** Where the ledger has it. */
  readonly from: ModelStage;
}

export function stageGaps(versions: readonly ModelVersion[]): StageGap[] {
  const known = stagesByLedger(readLedger(versions));
  return versions
    .map((version) => ({ version, from: known.get(version.version) ?? 'None' }))
    .filter(({ version, from }) => version.stage !== from);
}

/** The entry that a gap lacks, but for its number; undefined where the move that explains it has no entry itself yet. */
export type Explanation = Omit<LedgerEntry, 'seq' | 'key' | 'version'>;

/** Archived by who came to its stage: told with the name of that move, and its time if the version stood there then. Undefined for any other gap. */
export function archivedByArrival(
  { version, from }: StageGap,
  versions: readonly ModelVersion[],
): Explanation | undefined {
  if (version.stage !== 'Archived' || !isActive(from)) return undefined;
  const holder = holderOf(from, versions);
  const arrival = holder && readLedger([holder]).at(-1);
  if (arrival?.to !== from) return undefined;
  const { by, action } = arrival;
  const own = readLedger([version]).at(-1)!.at;
  return {
    at: Date.parse(own) > Date.parse(arrival.at) ? own : arrival.at,
    by,
    action: action === 'outside' ? action : 'archive',
    from,
    to: 'Archived',
    why: `version ${holder!.version} came to ${from}`,
  };
}

/** How a version stands whose last entry was noticed and then overtaken by a move at the same moment. Undefined for any other gap. */
export function overtaken({ version, from }: StageGap): Explanation | undefined {
  const last = readLedger([version]).at(-1);
  if (last === undefined || !isNoticed(last.action)) return undefined;
  const at = new Date(version.lastUpdatedAtMs).toISOString();
  return { at, by: '', action: 'repair', from, to: version.stage, why: 'moved again at the same time' };
}

/**
 * The entry that closes a gap, by {@link archivedByArrival} where that says it. Any other move was made by another tool, or by a
 * command that was killed; MLflow keeps when a version last changed. Undefined where who came to the stage has a gap that must
 * be closed first.
 */
export function explainGap(gap: StageGap, versions: readonly ModelVersion[]): Explanation | undefined {
  const { version, from } = gap;
  const isDisplaced =
    version.stage === 'Archived' && isActive(from) && holderOf(from, versions) !== undefined;
  if (isDisplaced) return archivedByArrival(gap, versions);
  return movedOutside(gap);
}

function movedOutside({ version, from }: StageGap): Explanation {
  const at = new Date(version.lastUpdatedAtMs).toISOString();
  const why = 'moved without an entry: by another tool, or by a command that was killed';
  return { at, by: '', action: 'outside', from, to: version.stage, why };
}

/** The ledger and, after it, the moves that no entry tells yet; these have no key. */
export function readLedgerAndGaps(versions: readonly ModelVersion[]): LedgerEntry[] {
  const first = nextNumber(versions);
  const missing = stageGaps(versions).map((gap, n): LedgerEntry => {
    const entry = explainGap(gap, versions) ?? movedOutside(gap);
    return { ...entry, seq: first + n, key: '', version: gap.version.version };
  });
  return [...readLedger(versions), ...missing];
}

/** Number of the next entry. */
export const nextNumber = (versions: readonly Tagged[]): number =>
  Math.max(0, ...storedEntries(versions).map(({ seq }) => seq)) + 1;

/**
 * The version to return to: the one in Production before the one that is there now, or the last one that was where none is. A
 * rollback takes back one arrival, so that what was rolled back from is not returned to by another. Undefined where there is none.
 */
export function previousProduction(versions: readonly ModelVersion[]): string | undefined {
  const line: string[] = [];
  for (const { version, to, action } of readLedger(versions)) {
    if (to !== 'Production') continue;
    const known = action === 'rollback' ? line.lastIndexOf(version) : -1;
    if (known >= 0) line.length = known + 1;
    else line.push(version);
  }
  const holder = holderOf('Production', versions)?.version;
  return line.findLast((version) => version !== holder);
}

const isActive = (stage: ModelStage): stage is ActiveStage => stage === 'Production' || stage === 'Staging';
