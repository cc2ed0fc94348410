import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseConfig, UserError, type WorkflowConfig } from 'pm-core';
import { isNode, LineCounter, parseDocument } from 'yaml';
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
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (fault !== undefined) throw new UserError('bad-yaml', `${at(fault.pos[0])}: ${fault.message}`);
  return parseConfig(document.toJS(), path, (keys) => {
    for (let depth = keys.length; depth >= 0; depth--) {
      const node = document.getIn(keys.slice(0, depth), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return path;
  });
}
