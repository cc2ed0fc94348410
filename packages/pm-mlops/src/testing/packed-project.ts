import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../../..');
const run = promisify(execFile);
const bytes = 64 * 1024 * 1024;

/** A project outside the repository with both packages installed as anyone would get them: packed, by npm. */
export interface PackedProject {
  readonly directory: string;
  /** Writes a file of the project. */
  write(name: string, text: string): void;
  /** What a file prints; Node strips the types of the project's own TypeScript. @throws with its stderr. */
  node(file: string, environment?: Record<string, string>): Promise<string>;
  /** What the type checker says about the project's TypeScript: nothing where all is right. */
  typeCheck(): Promise<string>;
  remove(): void;
}

/** Packs pm-core and pm-mlops and installs them with their dependencies, without running anyone's scripts. */
export async function installPacked(): Promise<PackedProject> {
  const directory = mkdtempSync(join(tmpdir(), 'packed-project-'));
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write('package.json', JSON.stringify({ private: true, type: 'module' }));
  write('tsconfig.json', JSON.stringify({ compilerOptions: strictest, include: ['*.ts'] }));
  mkdirSync(join(directory, 'tarballs'));
  for (const name of ['pm-core', 'pm-mlops']) {
    const destination = ['--pack-destination', join(directory, 'tarballs')];
    await run('pnpm', ['pack', ...destination], { cwd: join(root, 'packages', name) });
  }
  const tarballs = ['pm-core', 'pm-mlops'].map((name) => `./tarballs/${name}-0.1.0.tgz`);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await run('npm', ['install', ...quiet, ...tarballs], { cwd: directory });
  return {
    directory,
    write,
    async node(file, environment = {}) {
      const env = { PATH: process.env.PATH, HOME: directory, ...environment };
      return (await run(process.execPath, [file], { cwd: directory, env, maxBuffer: bytes })).stdout;
    },
    async typeCheck() {
      const compiler = join(root, 'node_modules/.bin/tsc');
      return run(compiler, ['-p', '.'], { cwd: directory }).then(
        ({ stdout }) => stdout,
        ({ stdout }) => stdout as string,
      );
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}

/** As strict as anyone's project may be: the declarations must stand this too. */
const strictest = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};
