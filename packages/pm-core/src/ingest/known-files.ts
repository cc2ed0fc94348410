import type { IngestedFile, Lake } from '../lake/index.ts';
import type { JudgedFile } from './judge-files.ts';
import type { DeliveredFile } from './local-copy.ts';
import { UNKNOWN_MACHINE } from './row-checks.ts';
import { withoutEnding } from './source-files.ts';

/** What a lake knows of the files that it was fed, as one ingest needs it. */
export interface KnownFiles {
  /** Name under which the lake has a file: that in rejected_rows without its ending, for a packed file is no new one. */
  nameOf(file: string): string;
  /** Generation in which a file of this name first came; null if it comes now. */
  since(file: string): number | null;
  /** The record of a file that need not be read: the lake holds what it says. */
  recordOf(file: DeliveredFile, machinesKnown: number): IngestedFile | undefined;
  /** The record of a file that was read. */
  recordAfter(file: DeliveredFile, judged: JudgedFile, machinesKnown: number): IngestedFile;
}

/**
 * `lake`: undefined if it starts anew. A file is known by its bytes, under any name. One that had rows of machines that
 * were not known is read again when more are: machines are only ever added.
 */
export function knownFiles(
  lake: Lake | undefined,
  { rejectName, generation }: { rejectName: (file: string) => string; generation: number },
): KnownFiles {
  const nameOf = (file: string) => withoutEnding(rejectName(file));
  const records = lake?.manifest.ingested ?? {};
  const byContent = new Map(Object.values(records).map((record) => [contentKey(record), record]));
  const since = (file: string) => records[nameOf(file)]?.since ?? null;
  return {
    nameOf,
    since,
    recordOf(file, machinesKnown) {
      const record = byContent.get(contentKey(file));
      const waits = record?.machinesKnown !== undefined && record.machinesKnown !== machinesKnown;
      return record === undefined || waits
        ? undefined
        : { ...record, since: since(file.name) ?? record.since };
    },
    recordAfter({ table, name, sha256 }, { groups }, machinesKnown) {
      const waits = groups.some(({ reason }) => reason === UNKNOWN_MACHINE);
      return { table, sha256, since: since(name) ?? generation, ...(waits ? { machinesKnown } : {}) };
    },
  };
}

const contentKey = ({ table, sha256 }: Pick<IngestedFile, 'table' | 'sha256'>): string =>
  `${table} ${sha256}`;
