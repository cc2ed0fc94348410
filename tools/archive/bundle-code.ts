import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** How our code names the file that a worker thread starts with. */
const workerEntry = /new URL\('(\.{1,2}\/[^']+)\.ts', import\.meta\.url\)/g;

/** Some dependencies are CommonJS and ask for Node's own modules by `require`, which an ES module has not. */
const requireBanner =
  "import { createRequire as pmRequire } from 'node:module'; const require = pmRequire(import.meta.url);";

/**
 * Bundles the pm command into `directory`: main.js, an entry for each kind of worker thread, shared chunks, and the SQL files
 * that the code reads beside itself. `external` packages are looked up when it runs.
 */
export async function bundleCode(
  root: string,
  directory: string,
  external: readonly string[],
): Promise<void> {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).map((file) => join(root, file));
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'packages/pm-mlops/src/cli/main.ts'), ...workerEntries(sources)],
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // A bundled `import()` of CommonJS has a default only, where Node finds its names: the ES modules of a package first.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    external: [...external],
    banner: { js: requireBanner },
    plugins: [workersBesideChunks],
    logLevel: 'warning',
  });
}

function workerEntries(sources: readonly string[]): string[] {
  const entries = sources
    .filter((file) => !file.includes('.test.'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(workerEntry)].map((match) =>
        resolve(dirname(file), `${match[1]}.ts`),
      ),
    );
  return [...new Set(entries)].sort();
}

/** All chunks lie in one folder, and so do the workers' entries. */
const workersBesideChunks: Plugin = {
  name: 'workers-beside-chunks',
  setup({ onLoad }) {
    onLoad({ filter: /packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace(
        workerEntry,
        (_, name: string) => `new URL('./${basename(name)}.js', import.meta.url)`,
      );
      return contents === text ? undefined : { contents, loader: 'ts' };
    });
  },
};
