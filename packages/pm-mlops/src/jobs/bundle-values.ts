import { UserError } from 'pm-core';
import { BUNDLE_FILE, type LocatedBundle, targetOf } from './bundle.ts';
import { type Scalar, Variable } from './bundle-schema.ts';
import { badJobs, type Path } from './fault.ts';
import { type BundleValues, resolveBundleReferences } from './references.ts';

/** What the outside gives a bundle. */
export interface BundleInputs {
  /** User name of whoever deploys, such as `ann@example.com`; without it, whatever needs it has no value. */
  readonly user?: string | undefined;
  /** Where `BUNDLE_VAR_name` is looked up. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Values of variables that win over all others, as `--var name=value`. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * What `${…}` may stand for in a target: `var.NAME` (from `--var`, else `BUNDLE_VAR_NAME`, else the target, else the default),
 * `bundle.*`, and `workspace.*` as far as it is known before a workspace is asked. Values may refer to each other.
 * @throws UserError `unknown-target`, `unknown-variable`, or `bad-job` with the line of a reference that has no value.
 */
export function bundleValues(located: LocatedBundle, target: string, inputs: BundleInputs): BundleValues {
  const { bundle } = located;
  const { root_path, file_path } = { ...bundle.workspace, ...targetOf(bundle, target).workspace };
  refuseUnknown(bundle.variables, target, located, inputs);
  const places = new Map<string, Path>();
  const raw = new Map<string, unknown>([
    ['bundle.name', bundle.bundle.name],
    ['bundle.target', target],
    ...userValues(inputs.user),
  ]);
  for (const [name, variable] of Object.entries(bundle.variables)) {
    const [value, place] = variableValue(name, variable, located, target, inputs);
    if (value === undefined) continue;
    raw.set(`var.${name}`, value);
    places.set(`var.${name}`, place);
  }
  if (inputs.user !== undefined) {
    raw.set('workspace.root_path', root_path ?? DEFAULT_ROOT);
    raw.set('workspace.file_path', file_path ?? `${reference('workspace.root_path')}/files`);
    places.set('workspace.root_path', ['targets', target, 'workspace', 'root_path']);
  }
  return resolved(raw, places, located);
}

const reference = (name: string): string => `\${${name}}`;

/** Where bundles keep what they deploy, unless told. */
const DEFAULT_ROOT = `/Workspace/Users/${reference('workspace.current_user.userName')}/.bundle/${reference('bundle.name')}/${reference('bundle.target')}`;

/** A user's name without its domain, of letters, digits and `_` only: how bundles mark what one person deploys. */
export const shortUserName = (user: string): string =>
  user.replace(/@.*$/, '').replaceAll(/[^\p{L}\p{N}]+/gu, '_');

const userValues = (user: string | undefined): [string, string][] =>
  user === undefined
    ? []
    : [
        ['workspace.current_user.userName', user],
        ['workspace.current_user.short_name', shortUserName(user)],
      ];

function variableValue(
  name: string,
  variable: Variable,
  { bundle }: LocatedBundle,
  target: string,
  { environment = {}, variables = {} }: BundleInputs,
): [value: unknown, place: Path] {
  const place = ['variables', name];
  const given = variables[name] ?? environment[`BUNDLE_VAR_${name}`];
  if (given !== undefined) return [typedAs(variable.default, given), place];
  const own = bundle.targets[target]?.variables[name];
  return own === undefined
    ? [variable.default, place]
    : [overrideOf(own), ['targets', target, 'variables', name]];
}

/** A target gives a value, or declares the variable anew: a map of `default` and nothing but what declarations have. */
function overrideOf(own: unknown): unknown {
  const declared = Variable.safeParse(own);
  return declared.success && 'default' in declared.data ? declared.data.default : own;
}

/** Text from outside, as the type that the variable's default has. */
function typedAs(model: unknown, text: string): Scalar {
  if (typeof model === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (typeof model === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function refuseUnknown(
  declared: Readonly<Record<string, Variable>>,
  target: string,
  { bundle, locate }: LocatedBundle,
  { variables = {} }: BundleInputs,
): void {
  const known = `Variables: ${Object.keys(declared).join(', ')}.`;
  const stray = Object.keys(variables).find((name) => !(name in declared));
  if (stray !== undefined) {
    throw new UserError('unknown-variable', `${BUNDLE_FILE} declares no variable '${stray}'.`, {
      next: known,
    });
  }
  const faults = Object.keys(bundle.targets[target]?.variables ?? {})
    .filter((name) => !(name in declared))
    .map((name) =>
      locate({
        path: ['targets', target, 'variables', name],
        message: 'is not a declared variable',
        next: known,
      }),
    );
  if (faults.length > 0) throw badJobs(faults);
}

/** Resolves values that refer to others: as many rounds as there are values, so that a circle is left over and told. */
function resolved(
  raw: ReadonlyMap<string, unknown>,
  places: ReadonlyMap<string, Path>,
  { locate }: LocatedBundle,
): BundleValues {
  const done = new Map<string, unknown>();
  const open = new Map(raw);
  for (let before = -1; open.size !== before; ) {
    before = open.size;
    for (const [name, value] of open) {
      const { value: known, findings } = resolveBundleReferences(value, done);
      if (findings.length > 0) continue;
      done.set(name, known);
      open.delete(name);
    }
  }
  const faults = [...open].flatMap(([name, value]) =>
    resolveBundleReferences(value, done).findings.map((finding) =>
      locate({ ...finding, path: places.get(name) ?? [] }),
    ),
  );
  if (faults.length > 0) throw badJobs(faults);
  return done;
}
