import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from 'pm-core';
import { Bundle, type Target } from './bundle-schema.ts';
import { badJobs, type Finding, type JobFault } from './fault.ts';
import { findingsOf } from './findings-of.ts';
import { parseLocatedYaml } from './located-yaml.ts';

/** This machine: known without an entry under `targets`, with the defaults of all variables. */
export const LOCAL_TARGET = 'local';

export const BUNDLE_FILE = 'databricks.yml';

/** `databricks.yml` as read, with the way from a place in it to its line. */
export interface LocatedBundle {
  readonly root: string;
  readonly bundle: Bundle;
  locate(finding: Finding): JobFault;
}

/**
 * Reads `databricks.yml` of a folder.
 * @throws UserError `no-bundle`, or `bad-job` with line and column of each fault.
 */
export function readBundle(root: string): LocatedBundle {
  const path = join(root, BUNDLE_FILE);
  if (!existsSync(path)) {
    throw new UserError('no-bundle', `There is no ${BUNDLE_FILE} in ${root}.`, {
      next: 'Run this from the folder that holds it, next to jobs/.',
    });
  }
  const yaml = parseLocatedYaml(readFileSync(path, 'utf8'), BUNDLE_FILE);
  if (yaml.faults.length > 0) throw badJobs(yaml.faults);
  const parsed = Bundle.safeParse(yaml.value, { reportInput: true });
  if (!parsed.success) throw badJobs(findingsOf(parsed.error).map(yaml.locate));
  return { root, bundle: parsed.data, locate: yaml.locate };
}

/** The job files that a bundle includes, relative to its root, in the order of their names. */
export function includedFiles({ bundle, root }: LocatedBundle): string[] {
  return globSync(bundle.include, { cwd: root }).sort();
}

/**
 * A target of a bundle; that of {@link LOCAL_TARGET} changes nothing.
 * @throws UserError `unknown-target`
 */
export function targetOf(bundle: Bundle, name: string): Target {
  const target = bundle.targets[name];
  if (target !== undefined) return target;
  if (name === LOCAL_TARGET) return { variables: {} };
  const known = [LOCAL_TARGET, ...Object.keys(bundle.targets)].join(', ');
  throw new UserError('unknown-target', `There is no target '${name}'.`, { next: `Choose one of ${known}.` });
}
