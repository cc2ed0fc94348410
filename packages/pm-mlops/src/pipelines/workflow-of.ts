import type { PipelineContext } from './base/context.ts';
import { fleetWorkflow } from './fleet/fleet-workflow.ts';
import { tabularWorkflow } from './tabular/tabular-workflow.ts';
import type { Workflow } from './training/workflow.ts';

/** The workflow that the file describes. */
export function workflowOf(context: PipelineContext): Workflow {
  const { config } = context;
  return config.kind === 'tabular'
    ? tabularWorkflow({ ...context, config })
    : fleetWorkflow({ ...context, config });
}
