import { type FleetConfig, UserError } from 'pm-core';
import { type LeakProbeResult, leakProbe } from 'pm-core/features';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import { gridAnchor } from './feature-tables.ts';

/** @throws UserError `leak-found` naming the features that see the future. */
export async function probeForLeaks(
  { lake, engine }: Workbench,
  { config }: PipelineContext<FleetConfig>,
): Promise<LeakProbeResult> {
  const anchor = gridAnchor(lake.manifest);
  const { leakProbeRows: rows } = config.evaluate;
  const found = await leakProbe({ engine, config, anchor, rows, seed: config.model.seed });
  if (found.leakedRows === 0) return found;
  throw new UserError(
    'leak-found',
    `${found.leakedRows} of ${found.checkedRows} probed rows changed when only their future was changed: ${found.leakedColumns.join(', ')}.`,
    { next: 'Correct the features named above; a model trained on them would promise what it cannot keep.' },
  );
}
