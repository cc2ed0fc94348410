import { describe, expect, test } from 'vitest';
import type { BackendId } from './differences.ts';
import { lackedEndpoints, specifiedEndpoints } from './endpoints.ts';
import type { Wire } from './wire.ts';

/** Declares that a backend has a route for every endpoint of the specification but those it is known to lack. */
export function describeSpecification(wire: () => Wire, backend: BackendId): void {
  describe('the generated specification', () => {
    test('is served: an empty call is answered or refused, but not as an unknown route', async () => {
      const unknown: string[] = [];
      for (const endpoint of specifiedEndpoints()) {
        const [method, path] = endpoint.split(' ') as [string, string];
        const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
        const { status, text } = await wire().raw(method, path.replace(/\{\w+\}/g, 'x'), body);
        if ([404, 405].includes(status) && isUnknownRoute(text)) unknown.push(endpoint);
      }
      expect(unknown).toEqual(lackedEndpoints(backend));
    });
  });
}

/** MLflow's servers answer with a page of their web framework. */
function isUnknownRoute(text: string): boolean {
  return /^\s*<!doctype html>/i.test(text) || text.includes('"ENDPOINT_NOT_FOUND"');
}
