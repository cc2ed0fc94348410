import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The workspace's own; pm-mlops has an older one of its own, for openapi-typescript. */
const compiler = join(import.meta.dirname, '../node_modules/.bin/tsc');
/** TypeScript rewrites the ending of imports only; a worker's entry file is named in this expression, as bundlers know it. */
const workerEntry = /new URL\('(\.{1,2}\/[^']+)\.ts', import\.meta\.url\)/g;

/** Builds the package in the current folder: src/ as JavaScript with declarations, and the files it reads, in dist/. */
function buildPackage(directory: string): void {
  rmSync(join(directory, 'dist'), { recursive: true, force: true });
  execFileSync(compiler, ['--build', 'tsconfig.build.json'], { cwd: directory, stdio: 'inherit' });
  for (const file of globSync('dist/**/*.js', { cwd: directory }))
    rewriteWorkerEntries(join(directory, file));
  for (const file of globSync('src/**/*.sql', { cwd: directory })) {
    copyFileSync(join(directory, file), join(directory, file.replace(/^src/, 'dist')));
  }
}

function rewriteWorkerEntries(file: string): void {
  const text = readFileSync(file, 'utf8');
  const rewritten = text.replace(workerEntry, "new URL('$1.js', import.meta.url)");
  if (rewritten !== text) writeFileSync(file, rewritten);
}

buildPackage(process.cwd());
