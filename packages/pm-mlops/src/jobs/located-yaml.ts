import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Finding, JobFault, Path } from './fault.ts';

/** A YAML file's value and a way back from a place in the value to its line. */
export interface LocatedYaml {
  readonly value: unknown;
  /** Faults of the YAML itself, such as a key given twice. */
  readonly faults: readonly JobFault[];
  /** Puts a finding at its line; where its path does not exist, at the nearest place above. */
  locate(finding: Finding): JobFault;
}

/** Parses YAML, keeping positions. `file` is the name that faults carry. */
export function parseLocatedYaml(text: string, file: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const faults = document.errors.map((error) => ({ path: [], message: error.message, ...at(error.pos[0]) }));
  const offsetOf = (path: Path): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const offset = keyOffset(document.getIn(path.slice(0, depth - 1), true), path[depth - 1]!);
      if (offset !== undefined) return offset;
    }
    return 0;
  };
  return {
    value: faults.length === 0 ? document.toJS() : undefined,
    faults,
    locate: (finding) => ({ ...finding, ...at(offsetOf(finding.path)) }),
  };
}

/** Where a map's key or a sequence's item begins. */
function keyOffset(parent: unknown, key: string | number): number | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const item = isNode(parent) && 'get' in parent ? parent.get(key, true) : undefined;
  return isNode(item) ? item.range?.[0] : undefined;
}

/** zod's issues as findings: one for each unknown key, at that key. */
export function findingsOf(error: z.ZodError): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is not a known field',
      next: 'Check its spelling and its indentation.',
    }));
  });
}
