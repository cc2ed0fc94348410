import { COMPONENTS } from 'pm-core';
import { type ComponentHistory, instantsOf } from 'pm-core/costs';
import type { TableEngine } from 'pm-core/engine';
import { readFailures } from './hours-to-failure.ts';
import { readRepairs } from './read-repairs.ts';

/** What happened to each component of a fleet. */
export type FleetHistory = Readonly<Record<(typeof COMPONENTS)[number], ComponentHistory>>;

/** All failures and replacements of the lake: few, even of a large fleet. */
export async function readFleetHistory(engine: TableEngine): Promise<FleetHistory> {
  const failures = (await readFailures(engine)).map(({ failedAtMs, ...one }) => ({
    ...one,
    atMs: failedAtMs,
  }));
  const replacements = (await readRepairs(engine)).map(({ replacedAtMs, ...one }) => ({
    ...one,
    atMs: replacedAtMs,
  }));
  const instants = (events: typeof failures, component: string) =>
    instantsOf(events.filter((event) => event.component === component));
  return Object.fromEntries(
    COMPONENTS.map((component) => [
      component,
      { failures: instants(failures, component), replacements: instants(replacements, component) },
    ]),
  ) as FleetHistory;
}
