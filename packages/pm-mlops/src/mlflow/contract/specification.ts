import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../../openapi/mlflow.yaml');
const { paths } = parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, unknown>> };
const endpoints = Object.entries(paths).flatMap(([path, verbs]) =>
  Object.keys(verbs).map((verb) => ({ method: verb.toUpperCase(), path })),
);

/** Declares that a server has a route for every endpoint of the generated specification. */
export function describeSpecification(baseUrl: () => string): void {
  describe('the generated specification', () => {
    test('has only endpoints that are served: an empty call is answered or refused, but not as an unknown route', async () => {
      const unknown: string[] = [];
      for (const { method, path } of endpoints) {
        const hasBody = method !== 'GET' && method !== 'DELETE';
        const headers = { 'content-type': 'application/json' };
        const url = baseUrl() + path.replace(/\{\w+\}/g, 'x');
        const response = await fetch(url, { method, headers, body: hasBody ? '{}' : null });
        await response.text();
        const isPage = /^text\/html/.test(response.headers.get('content-type') ?? '');
        if (isPage && [404, 405].includes(response.status)) unknown.push(`${method} ${path}`);
      }
      expect(endpoints.length).toBeGreaterThan(60);
      expect(unknown).toEqual([]);
    });
  });
}
