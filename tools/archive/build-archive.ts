/**
 * Makes dist/pm-VERSION-DIGEST.tar.gz: the pm command with all that it needs on linux-x64, Node included, to be unpacked anywhere
 * and run. The same sources and dependencies give the same bytes.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { create } from 'tar';
import { bundleCode } from './bundle-code.ts';
import { copyJobs } from './copy-jobs.ts';
import { copyNativePackages, NATIVE_PACKAGE_NAMES } from './native-packages.ts';

const root = resolve(import.meta.dirname, '../..');

/** What runs it: the Node and the libraries beside this file, wherever it is called from. */
const LAUNCHER = `#!/bin/sh
self=$(readlink -f "$0")
home=$(dirname "$self")
exec "$home/bin/node" --disable-warning=ExperimentalWarning "$home/app/main.js" "$@"
`;

async function fillFolder(home: string, version: string): Promise<void> {
  await bundleCode(root, join(home, 'app'), NATIVE_PACKAGE_NAMES);
  for (const file of globSync('packages/*/src/**/*.sql', { cwd: root })) {
    copyFileSync(join(root, file), join(home, 'app', basename(file)));
  }
  copyNativePackages(root, join(home, 'node_modules'));
  for (const name of ['databricks.yml', 'config', 'orchestrator-notebooks', 'LICENSE']) {
    cpSync(join(root, name), join(home, name), {
      recursive: true,
      filter: (path) => !path.includes('__pycache__'),
    });
  }
  copyJobs(root, join(home, 'jobs'));
  writeFileSync(join(home, 'package.json'), `${JSON.stringify({ name: 'pm', version, type: 'module' })}\n`);
  mkdirSync(join(home, 'bin'));
  copyFileSync(process.execPath, join(home, 'bin/node'));
  writeFileSync(join(home, 'pm'), LAUNCHER);
}

/** Sorted names, equal modes and no times: the bytes depend on the content alone. */
async function pack(home: string, archive: string): Promise<void> {
  const files = globSync('**/*', { cwd: home })
    .filter((file) => statSync(join(home, file)).isFile())
    .sort();
  for (const file of files) chmodSync(join(home, file), ['pm', 'bin/node'].includes(file) ? 0o755 : 0o644);
  await create(
    { file: archive, cwd: home, gzip: { level: 6 }, portable: true, mtime: new Date(0), noDirRecurse: true },
    files,
  );
}

async function buildArchive(output: string): Promise<string> {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') {
    throw new Error(
      `The archive holds the Node that makes it and runs on linux-x64, which ${process.platform}-${process.arch} is not.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  mkdirSync(output, { recursive: true });
  const work = mkdtempSync(join(output, '.archive-'));
  try {
    const home = join(work, 'pm');
    mkdirSync(home);
    await fillFolder(home, version);
    const draft = join(work, 'pm.tar.gz');
    await pack(home, draft);
    const digest = createHash('sha256').update(readFileSync(draft)).digest('hex').slice(0, 12);
    const archive = join(output, `pm-${version}-${digest}.tar.gz`);
    for (const old of globSync(`pm-${version}-*.tar.gz`, { cwd: output })) rmSync(join(output, old));
    renameSync(draft, archive);
    return archive;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const archive = await buildArchive(resolve(process.argv[2] ?? join(root, 'dist')));
console.log(`${archive}  ${(statSync(archive).size / 1e6).toFixed(1)} MB`);
