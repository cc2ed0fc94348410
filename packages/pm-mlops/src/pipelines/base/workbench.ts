import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb, type TableEngine } from 'pm-core/engine';
import { type Lake, openLake, openVolumeLake } from 'pm-core/lake';
import type { PipelineContext } from './context.ts';
import { asLakeDamage } from './lake-damage.ts';

/** The lake and an engine that sees its tables. */
export interface Workbench {
  readonly lake: Lake;
  readonly engine: TableEngine;
}

/**
 * Runs `work` over the lake as it is; nothing may be committed. Ctrl-C interrupts a statement that runs.
 * @throws UserError `lake-damaged` for a file that cannot be read, and what {@link openLake} throws.
 */
export async function readingLake<Result>(
  context: PipelineContext,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const lake = openLake(context.lakeDirectory, { clock: context.now });
  return withEngine(context, lake, join(tmpdir(), `pm-spill-${process.pid}`), work);
}

/**
 * Runs `work` with the right to commit to the lake, on a working copy where that is a volume (or PM_LAKE_ON_VOLUME=1 says so); `purpose` is what others see who find it locked.
 * @throws UserError `lake-locked`, `lake-damaged` for a file that cannot be read, and what {@link openLake} throws.
 */
export async function writingLake<Result>(
  context: PipelineContext,
  purpose: string,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const lake = openWritable(context);
  using _lock = lake.lock(purpose);
  return await withEngine(context, lake, join(lake.scratch(), 'spill'), work);
}

/** Where Databricks shows volumes and its old file system: whole files only. */
const VOLUME = /^\/(Volumes|dbfs)\//;

function openWritable({ lakeDirectory, environment, now }: PipelineContext): Lake {
  const isVolume = VOLUME.test(lakeDirectory) || environment.PM_LAKE_ON_VOLUME === '1';
  if (!isVolume) return openLake(lakeDirectory, { clock: now });
  return openVolumeLake(lakeDirectory, { clock: now, localFolder: join(tmpdir(), 'pm-lakes') });
}

async function withEngine<Result>(
  { signal }: PipelineContext,
  lake: Lake,
  spillDirectory: string,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const engine = await openDuckDb({ spillDirectory });
  const interrupt = () => engine.connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    await lake.attach(engine);
    return await work({ lake, engine });
  } catch (error) {
    signal.throwIfAborted();
    throw asLakeDamage(error, lake);
  } finally {
    signal.removeEventListener('abort', interrupt);
    engine.close();
  }
}
