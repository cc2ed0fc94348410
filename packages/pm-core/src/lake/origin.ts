import type { Origin } from './manifest.ts';

/** Whether two origins give the same rows: the same place, or the same simulator arguments in any order. */
export const sameOrigin = (a: Origin, b: Origin): boolean => describeOrigin(a) === describeOrigin(b);

/** An origin in words, such as `the simulator (hours=8761, machines=100, …)` or `/data/azure-pdm`. */
export function describeOrigin(origin: Origin): string {
  if (origin.kind === 'source') return origin.location;
  const args = Object.entries(origin.arguments).sort(([a], [b]) => (a < b ? -1 : 1));
  return `the simulator (${args.map(([name, value]) => `${name}=${value}`).join(', ')})`;
}
