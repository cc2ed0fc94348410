import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb, type TableEngine } from 'pm-core/engine';
import { type Lake, openLake } from 'pm-core/lake';
import type { PipelineContext } from './context.ts';

/** The lake and an engine that sees its tables. */
export interface Workbench {
  readonly lake: Lake;
  readonly engine: TableEngine;
}

/** Runs `work` over the lake as it is; nothing may be committed. Ctrl-C interrupts a statement that runs. */
export async function readingLake<Result>(
  context: PipelineContext,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const lake = openLake(context.lakeDirectory, { clock: context.now });
  return withEngine(context, join(tmpdir(), `pm-spill-${process.pid}`), async (engine) => {
    await lake.attach(engine);
    return work({ lake, engine });
  });
}

/**
 * Runs `work` with the right to commit to the lake; `purpose` is what others see who find it locked.
 * @throws UserError `lake-locked` and what {@link openLake} throws.
 */
export async function writingLake<Result>(
  context: PipelineContext,
  purpose: string,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const lake = openLake(context.lakeDirectory, { clock: context.now });
  using _lock = lake.lock(purpose);
  return await withEngine(context, join(lake.scratch(), 'spill'), async (engine) => {
    await lake.attach(engine);
    return work({ lake, engine });
  });
}

async function withEngine<Result>(
  { signal }: PipelineContext,
  spillDirectory: string,
  work: (engine: TableEngine) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const engine = await openDuckDb({ spillDirectory });
  const interrupt = () => engine.connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    return await work(engine);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    engine.close();
  }
}
