import { cpSync, globSync, mkdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A package that stays as it is, its libraries being native; `files` are those that it needs on linux-x64. */
interface NativePackage {
  readonly name: string;
  /** The package that depends on it, whose own copy is taken; none: pm-core. */
  readonly of?: string;
  readonly files: readonly string[];
}

const NATIVE_PACKAGES: readonly NativePackage[] = [
  {
    name: 'onnxruntime-node',
    files: ['package.json', 'LICENSE*', 'dist/**/*.js', 'bin/napi-v*/linux/x64/*'],
  },
  {
    name: 'onnxruntime-common',
    of: 'onnxruntime-node',
    files: ['package.json', 'LICENSE*', 'dist/cjs/**/*.{js,json}'],
  },
  { name: '@duckdb/node-api', files: ['package.json', 'LICENSE*', 'lib/**/*.js'] },
  { name: '@duckdb/node-bindings', of: '@duckdb/node-api', files: ['package.json', 'LICENSE*', '*.js'] },
  {
    name: '@duckdb/node-bindings-linux-x64',
    of: '@duckdb/node-bindings',
    files: ['package.json', 'LICENSE*', '*.node', '*.so*'],
  },
];

export const NATIVE_PACKAGE_NAMES: readonly string[] = NATIVE_PACKAGES.map(({ name }) => name);

/** Copies the native packages into a `node_modules` folder, without the libraries of other systems. */
export function copyNativePackages(root: string, nodeModules: string): void {
  const found = new Map<string, string>();
  for (const { name, of, files } of NATIVE_PACKAGES) {
    const asker = of === undefined ? join(root, 'packages/pm-core') : found.get(of)!;
    const source = packageFolder(name, asker);
    found.set(name, source);
    for (const file of files.flatMap((pattern) => globSync(pattern, { cwd: source }))) {
      const target = join(nodeModules, name, file);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(source, file), target, { dereference: true });
    }
  }
}

/** Packages may hide their package.json from `require.resolve`: the folder is looked for as Node does. */
function packageFolder(name: string, asker: string): string {
  const folders = createRequire(join(asker, 'package.json')).resolve.paths(name) ?? [];
  for (const folder of folders) {
    const [found] = globSync(join(folder, name, 'package.json'));
    if (found !== undefined) return realpathSync(dirname(found));
  }
  throw new Error(`${name} is not installed. Next: make install`);
}
