import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const faults = [...syntaxFaults(document), ...aliasFaults(document)].map(({ offset, ...fault }) => ({
    path: [],
    ...fault,
    ...at(offset),
  }));
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

interface YamlFault {
  readonly offset: number;
  readonly message: string;
  readonly next: string;
}

/** Keys given twice; and of other errors the first, which the parser mostly repeats on the lines below. */
function syntaxFaults({ errors }: Document): YamlFault[] {
  const twice = errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const first = errors.filter(({ code }) => code !== 'DUPLICATE_KEY').slice(0, 1);
  return [
    ...twice.map(({ pos, message }) => ({ offset: pos[0], message, next: 'Take one of them away.' })),
    ...first.map(({ pos, message }) => ({
      offset: pos[0],
      message,
      next: 'Look at the indentation of this line and of those before it.',
    })),
  ];
}

/** `*name` without a `&name` before it. */
function aliasFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `*${alias.source} refers to nothing`;
      faults.push({
        offset: alias.range?.[0] ?? 0,
        message,
        next: `Mark what it stands for with &${alias.source}, further up.`,
      });
    },
  });
  return faults;
}
