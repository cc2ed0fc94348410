import type { TabularConfig } from 'pm-core';
import type { PipelineContext } from '../context.ts';
import type { Workflow } from '../workflow.ts';

/** Plain tables: each row stands for itself. */
export function tabularWorkflow({ config }: PipelineContext<TabularConfig>): Workflow {
  throw new Error(`${config.name}: workflows of plain tables come with the next commits`);
}
