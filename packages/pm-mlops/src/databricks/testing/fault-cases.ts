import type { FaultKind } from './fake-workspace/index.ts';

/** One request of some work fails once in some way. */
export interface FaultCase {
  /** Which request, from 1. */
  readonly n: number;
  readonly kind: FaultKind;
  /** How often a call is tried again; 0: the work ends with the fault. */
  readonly retries: number;
  readonly timeoutMs: number;
}

const KINDS: readonly FaultKind[] = ['429', '500', 'reset', 'timeout', 'lost'];

const isSoak = process.env.SOAK_KILLS !== undefined;

/** How long going through all cases may take. */
export const FAULT_CASES_TIMEOUT_MS = isSoak ? 3 * 3_600_000 : 300_000;

/**
 * Each request fails in one way, with tries again inside or without; in a soak (SOAK_KILLS) in all ways, with and without.
 * @param stride but in a soak only each so-many-th: long work is done again for each, so that the time grows with the square.
 */
export function faultCases(requests: number, stride = 1): FaultCase[] {
  const cases = Array.from({ length: requests }, (_, index) => {
    const n = index + 1;
    const all = KINDS.flatMap((kind) => [5, 0].map((retries) => ({ n, kind, retries, timeoutMs: 30_000 })));
    if (isSoak) return all;
    return n % stride === 0 ? [all[(n * 3) % all.length]!] : [];
  });
  return cases.flat().map((one) => (one.kind === 'timeout' ? { ...one, timeoutMs: 500 } : one));
}

/** Of what ends with a fault: an error for people. */
export const CLEAR_ERROR = /^(UserError|DatabricksError|MlflowError|ArtifactStoreError): \w/;
