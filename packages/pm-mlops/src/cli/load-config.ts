import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseConfig, UserError, type WorkflowConfig } from 'pm-core';
import type { JobFault } from '../jobs/fault.ts';
import { parseLocatedYaml } from '../jobs/located-yaml.ts';
import { PACKAGE_ROOT } from './package-root.ts';

export const DEFAULT_CONFIG = 'config/predictive-maintenance.yaml';
export const DEFAULT_LAKE = './lake';

/**
 * Reads a workflow file; a relative path is looked up from `cwd`, then from the package itself.
 * @throws UserError `no-config`, `bad-yaml` or `bad-config`, each with file, line and column.
 */
export function loadConfig(path: string, cwd: string): WorkflowConfig {
  const file = [resolve(cwd, path), resolve(PACKAGE_ROOT, path)].find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new UserError('no-config', `The workflow file ${path} was not found.`, {
      next: 'Name one with --config, or see config/ for those that come with the package.',
    });
  }
  const yaml = parseLocatedYaml(readFileSync(file, 'utf8'), path);
  const [fault] = yaml.faults;
  if (fault !== undefined) {
    throw new UserError('bad-yaml', `${placeOf(fault)}: ${fault.message}`, { next: fault.next });
  }
  return parseConfig(yaml.value, path, (keys) =>
    placeOf(yaml.locate({ path: keys.filter((key) => typeof key !== 'symbol'), message: '' })),
  );
}

const placeOf = ({ file, line, column }: JobFault): string => `${file}:${line}:${column}`;
