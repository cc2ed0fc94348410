import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb, type TableEngine } from 'pm-core/engine';
import { type Lake, openLake } from 'pm-core/lake';
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
 * Runs `work` with the right to commit to the lake; `purpose` is what others see who find it locked.
 * @throws UserError `lake-locked`, `lake-damaged` for a file that cannot be read, and what {@link openLake} throws.
 */
export async function writingLake<Result>(
  context: PipelineContext,
  purpose: string,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const lake = openLake(context.lakeDirectory, { clock: context.now });
  using _lock = lake.lock(purpose);
  return await withEngine(context, lake, join(lake.scratch(), 'spill'), work);
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
