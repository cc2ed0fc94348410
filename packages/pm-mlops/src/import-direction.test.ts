import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const packages = resolve(import.meta.dirname, '../..');
const sources = globSync('pm-*/src/**/*.ts', { cwd: packages }).filter(
  (file) =>
    !/\.(test|fixture)\.ts$/.test(file) &&
    !file.includes('/generated/') &&
    !file.includes('/testing/') &&
    !file.includes('/contract/'),
);

/** Rooms of pm-mlops from the outermost to the innermost: a file may import its own room and those after it. */
const LAYERS = ['cli', 'pipelines', 'report', 'jobs', 'databricks', 'mlflow'];

function importsOf(file: string): string[] {
  const text = readFileSync(join(packages, file), 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return found.map((name) =>
    name.startsWith('.') ? relative(packages, resolve(packages, dirname(file), name)) : name,
  );
}

/** Files that reach themselves by way of their imports. */
function filesInCircles(files: readonly string[]): string[] {
  const imports = new Map(
    files.map((file) => [file, importsOf(file).filter((name) => files.includes(name))]),
  );
  return files.flatMap((start) => {
    const reached = new Set<string>();
    const waiting = [...(imports.get(start) ?? [])];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      waiting.push(...(imports.get(file) ?? []));
    }
    return reached.has(start) ? [start] : [];
  });
}

describe('imports go one way', () => {
  it('finds the sources it is about', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it('pm-core never reaches pm-mlops, the clock, the environment or global randomness', () => {
    const core = sources.filter((file) => file.startsWith('pm-core/'));
    const faults = core.filter(
      (file) =>
        importsOf(file).some((name) => name.startsWith('pm-mlops')) ||
        /\b(process\.env|Date\.now\(|new Date\(\)|Math\.random\()/.test(
          readFileSync(join(packages, file), 'utf8'),
        ),
    );
    expect(faults).toEqual([]);
  });

  it('pm-mlops goes cli → pipelines → report, jobs, mlflow and never back', () => {
    const layerOf = (file: string) => LAYERS.indexOf(file.split('/')[2] ?? '');
    const faults = sources
      .filter((file) => file.startsWith('pm-mlops/'))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (name) => name.startsWith('pm-mlops/') && layerOf(name) !== -1 && layerOf(name) < layerOf(file),
          )
          .map((name) => `${file} → ${name}`),
      );
    expect(faults).toEqual([]);
  });

  it('no file reaches itself by way of others, helpers of tests among them', () => {
    const all = globSync('pm-*/src/**/*.ts', { cwd: packages }).filter(
      (file) => !file.includes('/generated/'),
    );
    expect(filesInCircles(all)).toEqual([]);
  });
});
