import { resolve } from 'node:path';
import type { TableEngine } from '../engine/index.ts';
import { describeOrigin, type Origin } from '../lake/index.ts';
import { RAW_TABLES, type RawTable } from '../tables.ts';
import { commitTables } from './commit-tables.ts';
import type { IngestOptions, IngestReport } from './contract.ts';
import { type LocalFile, localFiles } from './local-copy.ts';
import { originsAfter } from './origin-rule.ts';
import { type RejectedRow, refuseBadFiles, rejectedRows } from './rejects.ts';
import { isRemote, openRemote, withoutSecrets } from './remote-folder.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { scopedEngine } from './scoped-engine.ts';
import { isUrl } from './source-files.ts';
import { defineMachines, type StagedTable, stageTable } from './stage-table.ts';

/**
 * Brings raw files into the lake: every row is read, checked and merged by key (an earlier row of a key stays), then all
 * tables change in one commit. Rows that are no rows of their table go to `rejected_rows`. Takes the lake's lock;
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
    const files = new Map<RawTable, LocalFile[]>();
    for (const table of tables) {
      progress(`find ${table}`);
      const { fetch = globalThis.fetch } = options;
      files.set(
        table,
        await localFiles(source, table, { scratch: () => lake.scratch(), fetch, signal, remote }),
      );
    }
    const staged = await stageTables(engine, files, { ...options, progress });
    await refuseBadFiles(
      staged.flatMap((table) => table.files),
      config.ingest.maxRejectedFraction,
    );
    const rejected = await allRejectedRows(engine, staged, rejectNames(origin, origins.origin));
    checkConservation(staged, rejected);
    progress('write');
    return await commitTables(engine, staged, rejected, { lake, mode, origins, origin });
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
  files: ReadonlyMap<RawTable, readonly LocalFile[]>,
  { lake, mode, signal, progress }: IngestOptions & { progress: (step: string) => void },
): Promise<StagedTable[]> {
  const kept = mode === 'replace' ? undefined : lake;
  const staged: StagedTable[] = [];
  const stage = async (table: RawTable) => {
    const parts = files.get(table);
    if (parts === undefined) return;
    progress(`read ${parts.map(({ name }) => name).join(', ')}`);
    staged.push(await stageTable(engine, parts, kept, { table, scratch: () => lake.scratch(), signal }));
  };
  await stage('machines');
  await defineMachines(engine, kept, { staged: files.has('machines') });
  for (const table of RAW_TABLES) if (table !== 'machines') await stage(table);
  return staged;
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
  for (const { files, repeats } of staged) {
    for (const [fileIndex, file] of files.entries()) {
      const source = nameOf(file.staged.file.name);
      bySource.set(source, await rejectedRows(engine, file, { fileIndex, source, repeats }));
    }
  }
  return bySource;
}

/** rows in = kept + rejected + exact duplicates, the rejected ones counted where they were found again. */
function checkConservation(
  staged: readonly StagedTable[],
  rejected: ReadonlyMap<string, readonly RejectedRow[]>,
): void {
  const found = [...rejected.values()];
  let at = 0;
  for (const { table, rowsIn, kept, files } of staged) {
    const rejectedCount = files.reduce((total) => total + found[at++]!.length, 0);
    const duplicates = files.reduce((total, file) => total + file.exactDuplicates, 0);
    if (rowsIn !== kept + rejectedCount + duplicates) {
      throw new Error(
        `${table}: ${rowsIn} rows came in, but ${kept} were kept, ${rejectedCount} rejected and ${duplicates} known`,
      );
    }
  }
}
