import type { StageMove } from '../../mlflow/stages.ts';
import type { PipelineContext } from '../base/context.ts';
import { userName } from '../base/tracked-run.ts';

/** A move by whoever runs this command, now. */
export const moveBy = (
  { environment, now }: PipelineContext,
  action: StageMove['action'],
): Pick<StageMove, 'action' | 'by' | 'at'> => ({ action, by: userName(environment), at: now() });
