import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from 'pm-core';
import packageJson from '../../../package.json' with { type: 'json' };
import { type ResolvedBundle, type ResolveOptions, resolveBundle } from '../../jobs/index.ts';
import {
  codeFolder,
  type Deployment,
  deploymentId,
  type WantedArchive,
  type WantedFile,
  type WantedJob,
} from './deployment.ts';
import { isCatalogModel } from './place-changes.ts';
import type { TargetSettings } from './target-settings.ts';

const NOTEBOOKS = 'orchestrator-notebooks';

export interface ComposeOptions extends ResolveOptions {
  /** What `make dist` made. */
  readonly archiveFile: string;
}

/** Folder of the archives of one deployment, and of nothing else. */
export const archiveFolderOf = ({ volumePath, target, rootPath }: TargetSettings): string =>
  `${volumePath}/code/${target}-${deploymentId({ rootPath })}`;

/**
 * What a target of a bundle wants to be in a workspace, from the files of the bundle, the archive and who deploys.
 * @param directory folder of `databricks.yml`.
 * @throws UserError `bad-job`, `unknown-target`, `no-archive`
 */
export function composeDeployment(
  directory: string,
  settings: TargetSettings,
  options: ComposeOptions,
): Deployment {
  const { target, rootPath } = settings;
  const archive = archiveOf(options.archiveFile, archiveFolderOf(settings));
  const sources = notebookSources(directory, archive, settings);
  const codeDigest = digestOf(sources);
  const filePath = codeFolder(rootPath, codeDigest);
  const { name, jobs } = resolveBundle(directory, target, { ...options, filePath });
  return {
    project: name,
    target,
    rootPath,
    user: options.user,
    codeVersion: packageJson.version,
    gitCommit: gitCommit(directory),
    codeDigest,
    schema: settings.schema,
    volume: settings.volume,
    secretScope: settings.secretScope,
    experiment: settings.experiment,
    registeredModel: settings.registeredModel,
    archive,
    files: filesOf(sources, `${filePath}/${NOTEBOOKS}`),
    jobs: jobs.map(wantedJob),
  };
}

const wantedJob = ({ key, settings, permissions }: ResolvedBundle['jobs'][number]): WantedJob => ({
  key,
  // The wire's type has no undefined fields, and neither has what a YAML file says.
  settings: settings as WantedJob['settings'],
  permissions: permissions.map(({ level, ...to }) => ({ ...(to as object), permission_level: level })),
});

function archiveOf(localFile: string, folder: string): WantedArchive {
  if (existsSync(localFile)) {
    return { localFile, path: `${folder}/${basename(localFile)}`, sizeBytes: statSync(localFile).size };
  }
  throw new UserError('no-archive', `There is no archive of the program at ${localFile}.`, {
    next: 'make dist builds it (make deploy does so itself).',
  });
}

/** The newest archive that `make dist` left in a folder, the first of these that has one. @throws UserError `no-archive` */
export function newestArchive(directory: string, ...others: readonly string[]): string {
  for (const folder of [directory, ...others]) {
    const files = globSync('dist/pm-*.tar.gz', { cwd: folder }).map((file) => join(folder, file));
    const [newest] = files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    if (newest !== undefined) return newest;
  }
  throw new UserError('no-archive', `There is no archive of the program in ${join(directory, 'dist')}.`, {
    next: 'make dist builds it (make deploy does so itself).',
  });
}

/** By name: the notebooks, what they import, where the archive lies, and the environment that pm runs in. */
function notebookSources(
  directory: string,
  archive: WantedArchive,
  settings: TargetSettings,
): Map<string, string> {
  const names = globSync('*.py', { cwd: join(directory, NOTEBOOKS) }).sort();
  const texts = names.map((name) => [name, readFileSync(join(directory, NOTEBOOKS, name), 'utf8')] as const);
  const environment = `${JSON.stringify(environmentOf(settings), null, 2)}\n`;
  return new Map([...texts, ['archive.txt', `${archive.path}\n`], ['environment.json', environment]]);
}

/** What leads a run on the cluster to the experiment and the model that were made for it. */
const environmentOf = ({ experiment, registeredModel }: TargetSettings): Record<string, string> => ({
  MLFLOW_EXPERIMENT_NAME: experiment,
  PM_REGISTERED_MODEL: registeredModel,
  ...(isCatalogModel(registeredModel) && { MLFLOW_REGISTRY_URI: 'databricks-uc' }),
});

const isNotebook = (source: string): boolean => source.startsWith('# Databricks notebook source');

const filesOf = (sources: ReadonlyMap<string, string>, folder: string): WantedFile[] =>
  [...sources].map(([name, source]) =>
    isNotebook(source)
      ? { path: `${folder}/${name.replace(/\.py$/, '')}`, source, isNotebook: true }
      : { path: `${folder}/${name}`, source, isNotebook: false },
  );

function digestOf(sources: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [name, source] of sources) hash.update(`${name}\0${source}\0`);
  return hash.digest('hex').slice(0, 12);
}

function gitCommit(directory: string): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
