import { describeOrigin, type Manifest } from 'pm-core/lake';

/** Tag of a version: where its training rows came from, as {@link fleetOf} says it. */
export const FLEET_TAG = 'pm.fleet';

/**
 * Whose rows a lake holds. Simulated fleets of one seed share their machines whatever their number and hours, so these
 * do not count.
 */
export function fleetOf({ origin, appended }: Manifest): string {
  const names = [origin, ...appended].map((one) => {
    if (one?.kind !== 'simulator') return one === null ? 'nothing' : describeOrigin(one!);
    const { machines: _machines, hours: _hours, ...identity } = one.arguments;
    return describeOrigin({ kind: 'simulator', arguments: identity });
  });
  return names.join(' + ');
}
