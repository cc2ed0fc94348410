import type { Scalar } from './bundle.ts';
import type { Finding, Path } from './fault.ts';

const BUNDLE_REFERENCE = /\$\{([^}]*)\}/g;
const RUN_REFERENCE = /\{\{([^}]*)\}\}/g;

/**
 * Replaces every `${NAME}` in the strings of a value, at any depth. A string that is nothing but a reference takes the
 * value's own type, so that a variable can hold a number. A name without a value is a finding, and stays as it is.
 */
export function resolveBundleReferences(
  value: unknown,
  values: ReadonlyMap<string, Scalar>,
): { value: unknown; findings: Finding[] } {
  const findings: Finding[] = [];
  const resolve = (text: string, path: Path): Scalar => {
    const whole = /^\$\{([^}]*)\}$/.exec(text)?.[1];
    if (whole !== undefined && values.has(whole)) return values.get(whole)!;
    return text.replaceAll(BUNDLE_REFERENCE, (reference: string, name: string) => {
      if (!values.has(name)) findings.push(unresolved(reference, name, path, values));
      return String(values.get(name) ?? reference);
    });
  };
  return { value: mapStrings(value, [], resolve), findings };
}

function unresolved(
  reference: string,
  name: string,
  path: Path,
  values: ReadonlyMap<string, Scalar>,
): Finding {
  const target = values.get('bundle.target');
  return {
    path,
    message: `${reference} has no value in target '${target}'`,
    next: name.startsWith('var.')
      ? `Give the variable '${name.slice(4)}' a default in databricks.yml, or a value under targets.${target}.variables.`
      : `Known are: ${[...values.keys()].join(', ')}.`,
  };
}

function mapStrings(value: unknown, path: Path, map: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, [...path, index], map));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, [...path, key], map)]),
  );
}

/** What a `{{…}}` in a task's parameter asks for when the task runs. */
export type RunReference =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'task-value'; readonly taskKey: string; readonly name: string }
  | { readonly kind: 'unknown'; readonly text: string };

/** All `{{…}}` of a parameter: `{{job.parameters.NAME}}` and `{{tasks.KEY.values.NAME}}`. */
export function runReferences(text: string): RunReference[] {
  return [...text.matchAll(RUN_REFERENCE)].map((match) => parseRunReference(match[1]!));
}

/** Replaces every `{{…}}` of a parameter; `resolve` throws where there is no value. */
export function resolveRunReferences(text: string, resolve: (reference: RunReference) => string): string {
  return text.replaceAll(RUN_REFERENCE, (_, inner: string) => resolve(parseRunReference(inner)));
}

function parseRunReference(inner: string): RunReference {
  const steps = inner.trim().split('.');
  if (steps.length === 3 && steps[0] === 'job' && steps[1] === 'parameters') {
    return { kind: 'parameter', name: steps[2]! };
  }
  if (steps.length === 4 && steps[0] === 'tasks' && steps[2] === 'values') {
    return { kind: 'task-value', taskKey: steps[1]!, name: steps[3]! };
  }
  return { kind: 'unknown', text: `{{${inner}}}` };
}
