import { type FleetConfig, UserError } from 'pm-core';
import type { PipelineContext } from '../base/context.ts';

/** The same context, known to be of a fleet. @throws UserError `not-a-fleet` for another workflow; `what` needs machines. */
export function fleetOnly<Context extends PipelineContext>(
  context: Context,
  what: string,
): Context & PipelineContext<FleetConfig> {
  const { config } = context;
  if (config.kind === 'fleet') return { ...context, config };
  throw new UserError(
    'not-a-fleet',
    `${what} needs a fleet of machines; ${config.name} is a workflow of plain tables.`,
    {
      next: 'Name the workflow file of a fleet with --config.',
    },
  );
}
