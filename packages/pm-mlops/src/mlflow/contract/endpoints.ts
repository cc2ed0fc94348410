import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BackendId } from './differences.ts';

const folder = join(import.meta.dirname, '../../../openapi');
const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

/** Every endpoint of the generated specification, as `GET /health`. */
export function specifiedEndpoints(): string[] {
  const { paths } = read('mlflow.yaml') as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
  );
}

/** Those of them that a backend does not serve. */
export function lackedEndpoints(backend: BackendId): readonly string[] {
  if (backend !== 'mlflow-2.22') return [];
  return (read('mlflow-2.22-lacks.yaml') as { endpoints: string[] }).endpoints;
}
