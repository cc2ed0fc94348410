import type { Finding, Path } from './fault.ts';

const BUNDLE_REFERENCE = /\$\{([^}]*)\}/g;
const UNCLOSED = /\$\{[^}]*$/;
const RUN_REFERENCE = /\{\{([^}]*)\}\}/g;

/** What `${NAME}` stands for, by name. A value may be a map or a list: `${NAME.key}` is then a part of it. */
export type BundleValues = ReadonlyMap<string, unknown>;

/**
 * Replaces every `${NAME}` in the strings of a value, at any depth. A string that is nothing but a reference takes the
 * value's own type, so that a variable can hold a number or a map. A name without a value is a finding, and stays as it is.
 */
export function resolveBundleReferences(
  value: unknown,
  values: BundleValues,
): { value: unknown; findings: Finding[] } {
  const findings: Finding[] = [];
  const resolve = (text: string, path: Path): unknown => {
    const whole = /^\$\{([^}]*)\}$/.exec(text)?.[1];
    const known = whole === undefined ? undefined : lookUp(whole, values);
    if (known !== undefined) return known;
    const open = UNCLOSED.exec(text)?.[0];
    if (open !== undefined) findings.push({ path, message: `${open} is not closed`, next: 'Add its }.' });
    return text.replaceAll(BUNDLE_REFERENCE, (reference: string, name: string) => {
      const part = lookUp(name, values);
      if (part !== undefined && !isComplex(part)) return String(part);
      findings.push(
        part === undefined ? unresolved(reference, name, path, values) : withinText(reference, path),
      );
      return reference;
    });
  };
  return { value: mapStrings(value, [], resolve), findings };
}

/** The longest name that has a value, then into that value step by step: `.key` of a map, `[0]` of a list. */
function lookUp(name: string, values: BundleValues): unknown {
  const steps = name.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  for (let length = steps.length; length > 0; length--) {
    const head = steps.slice(0, length).join('.');
    if (!values.has(head)) continue;
    return steps.slice(length).reduce<unknown>(partOf, values.get(head));
  }
  return undefined;
}

const partOf = (value: unknown, key: string): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

const isComplex = (value: unknown): boolean => value !== null && typeof value === 'object';

const withinText = (reference: string, path: Path): Finding => ({
  path,
  message: `${reference} is a list or a map, which cannot stand within a text`,
  next: 'Let it be the whole value, or name a part of it: .key or [0].',
});

function unresolved(reference: string, name: string, path: Path, values: BundleValues): Finding {
  const target = values.get('bundle.target');
  return { path, message: `${reference} has no value in target '${target}'`, next: remedy(name, values) };
}

function remedy(name: string, values: BundleValues): string {
  const variable = /^var\.([^.]+)/.exec(name)?.[1];
  if (variable !== undefined) {
    return `Give the variable '${variable}' a default in databricks.yml, a value under targets.${values.get('bundle.target')}.variables, or set BUNDLE_VAR_${variable}.`;
  }
  if (name.startsWith('resources.')) {
    return 'Ids of resources are known only after a deploy: name the resource by its own name instead.';
  }
  return `Known are: ${[...values.keys()].join(', ')}.`;
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
