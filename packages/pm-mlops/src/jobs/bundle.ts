import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from 'pm-core';
import { z } from 'zod';
import { badJobs } from './fault.ts';
import { findingsOf, parseLocatedYaml } from './located-yaml.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

/** What we use of `databricks.yml`, the root of a Databricks bundle. */
const Bundle = z.strictObject({
  bundle: z.strictObject({ name: z.string() }),
  include: z.array(z.string()).default([]),
  variables: z
    .record(z.string(), z.strictObject({ description: z.string().optional(), default: Scalar.optional() }))
    .default({}),
  targets: z.record(
    z.string(),
    z.strictObject({
      mode: z.enum(['development', 'production']).optional(),
      default: z.boolean().optional(),
      workspace: z.strictObject({ host: z.string().optional(), root_path: z.string().optional() }).optional(),
      variables: z.record(z.string(), Scalar).default({}),
    }),
  ),
});
export type Bundle = z.infer<typeof Bundle>;

/** This machine: known without an entry under `targets`, with the defaults of all variables. */
export const LOCAL_TARGET = 'local';

const BUNDLE_FILE = 'databricks.yml';

/**
 * Reads `databricks.yml` of a folder.
 * @throws UserError `no-bundle`, or `bad-job` with line and column of each fault.
 */
export function readBundle(root: string): Bundle {
  const path = join(root, BUNDLE_FILE);
  if (!existsSync(path)) {
    throw new UserError('no-bundle', `There is no ${BUNDLE_FILE} in ${root}.`, {
      next: 'Run this from the folder that holds it, next to jobs/.',
    });
  }
  const yaml = parseLocatedYaml(readFileSync(path, 'utf8'), BUNDLE_FILE);
  if (yaml.faults.length > 0) throw badJobs(yaml.faults);
  const parsed = Bundle.safeParse(yaml.value);
  if (!parsed.success) throw badJobs(findingsOf(parsed.error).map(yaml.locate));
  return parsed.data;
}

/** The job files that a bundle includes, relative to its root, in the order of their names. */
export function includedFiles(bundle: Bundle, root: string): string[] {
  return globSync(bundle.include, { cwd: root }).sort();
}

/**
 * What `${…}` may stand for in a target: `var.NAME`, `bundle.name` and `bundle.target`.
 * @throws UserError `unknown-target`
 */
export function bundleValues(bundle: Bundle, target: string): ReadonlyMap<string, Scalar> {
  const own = bundle.targets[target];
  if (own === undefined && target !== LOCAL_TARGET) {
    const known = [LOCAL_TARGET, ...Object.keys(bundle.targets)].join(', ');
    throw new UserError('unknown-target', `There is no target '${target}'.`, {
      next: `Choose one of ${known}.`,
    });
  }
  const values = new Map<string, Scalar>([
    ['bundle.name', bundle.bundle.name],
    ['bundle.target', target],
  ]);
  for (const [name, variable] of Object.entries(bundle.variables)) {
    const value = own?.variables[name] ?? variable.default;
    if (value !== undefined) values.set(`var.${name}`, value);
  }
  return values;
}
