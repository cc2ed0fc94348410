import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

const checkout = resolve(import.meta.dirname, '../../../../../..');

/** A copy of this bundle's files in a folder of its own, with an archive of a few bytes in place of the packed program. */
export interface BundleFolder {
  readonly directory: string;
  edit(file: string, change: (text: string) => string): void;
  /** Leaves one job and its notebooks. */
  shrinkTo(job: string): void;
  /** Another state of the code. */
  setArchive(digest: string): void;
  remove(): void;
}

export function createBundleFolder(): BundleFolder {
  const directory = mkdtempSync(join(tmpdir(), 'pm-bundle-'));
  for (const part of ['databricks.yml', 'jobs', 'orchestrator-notebooks'])
    cpSync(join(checkout, part), join(directory, part), { recursive: true });
  const folder: BundleFolder = {
    directory,
    edit(file, change) {
      const path = join(directory, file);
      const before = readFileSync(path, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`Nothing of ${file} was changed.`);
      writeFileSync(path, after);
    },
    shrinkTo(job) {
      const kept = readFileSync(join(directory, `jobs/${job}.job.yml`), 'utf8');
      for (const name of globSync('jobs/*.yml', { cwd: directory }))
        if (name !== join('jobs', `${job}.job.yml`)) rmSync(join(directory, name));
      for (const name of globSync('orchestrator-notebooks/*.py', { cwd: directory }))
        if (!kept.includes(basename(name)) && basename(name) !== 'pm_command.py')
          rmSync(join(directory, name));
      folder.edit('databricks.yml', (text) => withoutOtherJobs(text, job));
    },
    setArchive(digest) {
      rmSync(join(directory, 'dist'), { recursive: true, force: true });
      mkdirSync(join(directory, 'dist'));
      writeFileSync(join(directory, `dist/pm-0.1.0-${digest}.tar.gz`), `archive ${digest}`);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  folder.setArchive('a1');
  return folder;
}

function withoutOtherJobs(text: string, job: string): string {
  const bundle = parse(text);
  for (const { resources } of Object.values<{ resources?: { jobs: Record<string, unknown> } }>(
    bundle.targets,
  )) {
    for (const name of Object.keys(resources?.jobs ?? {})) if (name !== job) delete resources?.jobs[name];
  }
  return stringify(bundle);
}
