import { resolve } from 'node:path';
import type { TableEngine } from '../engine/index.ts';
import { describeOrigin, type Origin } from '../lake/index.ts';
import { RAW_TABLES, type RawTable } from '../tables.ts';
import { commitTables, type Delivery } from './commit-tables.ts';
import type { IngestOptions, IngestReport } from './contract.ts';
import { type KnownFiles, knownFiles } from './known-files.ts';
import { type DeliveredFile, deliveredFiles, type LocalFile, localFile } from './local-copy.ts';
import { originsAfter } from './origin-rule.ts';
import { type RejectedRow, refuseBadFiles, rejectedRows } from './rejects.ts';
import { isRemote, openRemote, withoutSecrets } from './remote-folder.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { scopedEngine } from './scoped-engine.ts';
import { isUrl } from './source-files.ts';
import { defineMachines, type StagedTable, stageTable } from './stage-table.ts';

/**
 * Brings raw files into the lake: every row is read, checked and merged by key, then all tables change in one commit. Files
 * that the lake knows are not read; of a known key other values are a correction and win, unless they only repeat what a
 * correction replaced (docs/ingest.md). Rows that are no rows of their table go to `rejected_rows`. Takes the lake's lock;
 * views that an engine has of the lake must be attached anew afterwards.
 * @throws UserError on a source that cannot be read, another origin, or too many rejected rows: nothing is written then.
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const { source, lake, config, mode, signal } = options;
  const remote = openRemote(source, options.openSource);
  const origin = options.origin ?? sourceOrigin(source);
  using _lock = lake.lock(`ingest of ${describeOrigin(origin)}`);
  const origins = originsAfter(lake.manifest, origin, mode);
  const tables = RAW_TABLES.filter((table) => options.tables?.includes(table) ?? true);
  const engine = scopedEngine(options.engine);
  const progress = progressOver(2 * tables.length + 1, options);
  try {
    const files = new Map<RawTable, DeliveredFile[]>();
    for (const table of tables) {
      progress(`find ${table}`);
      const { fetch = globalThis.fetch } = options;
      const copy = { scratch: () => lake.scratch(), fetch, signal, remote };
      files.set(table, await deliveredFiles(source, table, copy));
    }
    const rejectName = rejectNames(origin, origins.origin);
    const known = knownFiles(mode === 'replace' ? undefined : lake, {
      rejectName,
      generation: lake.manifest.generation + 1,
    });
    const deliveries = await stageTables(engine, files, { ...options, known, progress });
    const staged = deliveries.flatMap((delivery) => delivery.staged ?? []);
    await refuseBadFiles(
      staged.flatMap((table) => table.files),
      config.ingest.maxRejectedFraction,
    );
    const rejected = await allRejectedRows(engine, staged, rejectName);
    checkConservation(staged, rejected);
    progress('write');
    return await commitTables(engine, deliveries, rejected, { lake, mode, origins, origin });
  } finally {
    await engine.drop();
    await options.engine.query(`DROP TYPE IF EXISTS ${MACHINE_TYPE}`);
  }
}

/** What a lake records of a folder (absolute) or URL (without credentials). */
export const sourceOrigin = (source: string): Origin => ({
  kind: 'source',
  location: isUrl(source) || isRemote(source) ? withoutSecrets(source) : resolve(source),
});

function progressOver(total: number, { onProgress, signal }: IngestOptions): (step: string) => void {
  let done = 0;
  return (step) => {
    signal?.throwIfAborted();
    onProgress?.({ step, done: done++, total });
  };
}

async function stageTables(
  engine: TableEngine,
  files: ReadonlyMap<RawTable, readonly DeliveredFile[]>,
  options: IngestOptions & { known: KnownFiles; progress: (step: string) => void },
): Promise<Delivery[]> {
  const { lake, mode, signal, known, progress } = options;
  const kept = mode === 'replace' ? undefined : lake;
  const deliver = async (table: RawTable, machinesKnown: number): Promise<Delivery> => {
    const all = files.get(table)!;
    const fresh = all.filter((file) => known.recordOf(file, machinesKnown) === undefined);
    const scratch = () => lake.scratch();
    const read = async () => {
      progress(`read ${fresh.map(({ name }) => name).join(', ')}`);
      const local: LocalFile[] = [];
      for (const file of fresh) local.push(await localFile(file, { scratch, signal }));
      const allRead = fresh.length === all.length;
      return stageTable(engine, local, kept, { table, known, all: allRead, scratch, signal });
    };
    const staged = fresh.length === 0 ? undefined : await read();
    const records = all.map((file) => {
      const judged = staged?.files[fresh.indexOf(file)];
      const record = judged && known.recordAfter(file, judged, machinesKnown);
      return [known.nameOf(file.name), record ?? known.recordOf(file, machinesKnown)!] as const;
    });
    const knownFiles = all.filter((file) => !fresh.includes(file)).map(({ name }) => name);
    return { table, staged, knownFiles, records: Object.fromEntries(records) };
  };
  const machines = files.has('machines') ? [await deliver('machines', 0)] : [];
  const machinesKnown = await defineMachines(engine, kept, { staged: machines[0]?.staged !== undefined });
  const others: Delivery[] = [];
  for (const table of files.keys())
    if (table !== 'machines') others.push(await deliver(table, machinesKnown));
  return [...machines, ...others];
}

/** Names of files as `rejected_rows` has them: those of an appended origin carry its location, for they are the same names again. */
function rejectNames(origin: Origin, first: Origin | null): (name: string) => string {
  const isFirst = first === null || describeOrigin(first) === describeOrigin(origin);
  return (name) => (isFirst ? name : `${describeOrigin(origin)}/${name}`);
}

async function allRejectedRows(
  engine: TableEngine,
  staged: readonly StagedTable[],
  nameOf: (file: string) => string,
): Promise<Map<string, RejectedRow[]>> {
  const bySource = new Map<string, RejectedRow[]>();
  for (const { files } of staged) {
    for (const [fileIndex, file] of files.entries()) {
      const source = nameOf(file.staged.file.name);
      bySource.set(source, await rejectedRows(engine, file, { fileIndex, source }));
    }
  }
  return bySource;
}

/** rows in = new + corrected + unchanged + outdated + rejected, the rejected ones counted where they were found again. */
function checkConservation(
  staged: readonly StagedTable[],
  rejected: ReadonlyMap<string, readonly RejectedRow[]>,
): void {
  const found = [...rejected.values()];
  let at = 0;
  for (const { table, rowsIn, merge, files } of staged) {
    const rejectedCount = files.reduce((total) => total + found[at++]!.length, 0);
    const taken = merge.new + merge.corrected;
    const passed = merge.unchanged + merge.outdated;
    if (rowsIn !== taken + passed + rejectedCount) {
      throw new Error(
        `${table}: ${rowsIn} rows came in, but ${taken} were taken, ${passed} known and ${rejectedCount} rejected`,
      );
    }
  }
}
