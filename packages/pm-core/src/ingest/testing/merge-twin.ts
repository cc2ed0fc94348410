/** What a small file of telemetry says: a volt of an hour. */
export interface Statement {
  readonly hour: number;
  readonly volt: number;
}

export interface SmallFile {
  readonly part: number;
  readonly rows: readonly Statement[];
}

/** A lake as {@link merged} thinks of it. */
export interface TwinLake {
  readonly lake: ReadonlyMap<number, number>;
  /** When each part first came, and its rows as last read. */
  readonly parts: ReadonlyMap<number, { readonly since: number; readonly text: string }>;
  /** Values that a part's correction replaced, and statements of a part that were rejected. */
  readonly replaced: readonly (Statement & { readonly by: number; readonly commit: number })[];
  readonly refused: readonly (Statement & { readonly part: number })[];
  readonly commit: number;
  /** Of the last delivery. */
  readonly counts: Readonly<Record<'new' | 'corrected' | 'unchanged' | 'outdated' | 'rejected', number>>;
}

const none = { new: 0, corrected: 0, unchanged: 0, outdated: 0, rejected: 0 };
export const nothing: TwinLake = {
  ...{ lake: new Map(), parts: new Map(), replaced: [], refused: [], commit: 0, counts: none },
};

/** The rule of merging, row by row: the slow twin of the SQL. */
export function merged(before: TwinLake, delivery: readonly SmallFile[]): TwinLake {
  const commit = before.commit + 1;
  const contents = new Set([...before.parts.values()].map(({ text }) => text));
  const files = delivery
    .filter(({ rows }) => !contents.has(JSON.stringify(rows)))
    .toSorted((a, b) => a.part - b.part);
  const counts = { ...none };
  const lake = new Map(before.lake);
  const replaced = [...before.replaced];
  const refused = [...before.refused];
  const decided = new Set<number>();
  for (const { part, rows } of files) {
    const since = before.parts.get(part)?.since;
    const own = new Map<number, number>();
    for (const { hour, volt } of rows) {
      const same = (one: Statement) => one.hour === hour && one.volt === volt;
      if (!own.has(hour)) own.set(hour, volt);
      if (own.get(hour) !== volt) counts.rejected++;
      else if (before.lake.get(hour) === volt) counts.unchanged++;
      else if (before.replaced.some((one) => same(one) && one.by !== part && since! <= one.commit))
        counts.outdated++;
      else if (before.refused.some((one) => same(one) && one.part === part)) counts.rejected++;
      else if (decided.has(hour) && lake.get(hour) === volt) counts.unchanged++;
      else if (decided.has(hour)) {
        counts.rejected++;
        refused.push({ hour, volt, part });
      } else {
        const old = lake.get(hour);
        if (old !== undefined) replaced.push({ hour, volt: old, by: part, commit });
        counts[old === undefined ? 'new' : 'corrected']++;
        lake.set(hour, volt);
        decided.add(hour);
      }
    }
  }
  return { lake, parts: partsAfter(before, delivery, commit), replaced, refused, commit, counts };
}

/** Every delivered part is known afterwards; one with a known content under a new name is as old as that. */
function partsAfter(before: TwinLake, delivery: readonly SmallFile[], commit: number): TwinLake['parts'] {
  const parts = new Map(before.parts);
  for (const { part, rows } of delivery) {
    const text = JSON.stringify(rows);
    const known = [...before.parts.values()].find((one) => one.text === text);
    parts.set(part, { since: before.parts.get(part)?.since ?? known?.since ?? commit, text });
  }
  return parts;
}
