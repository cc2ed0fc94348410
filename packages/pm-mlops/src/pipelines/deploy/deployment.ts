import { createHash } from 'node:crypto';
import type { Grant, JobSettings } from '../../databricks/index.ts';

/** A job as it is to stand in a workspace. */
export interface WantedJob {
  /** Its key under `resources.jobs`. */
  readonly key: string;
  readonly settings: JobSettings;
  /** None: those that the workspace gives are left alone. */
  readonly permissions: readonly Grant[];
}

/** A notebook or a file that notebooks import. */
export interface WantedFile {
  readonly path: string;
  readonly source: string;
  readonly isNotebook: boolean;
}

/** The packed program, see `make dist`. */
export interface WantedArchive {
  /** Where it is to lie, in a volume or in the workspace; its name holds its digest. */
  readonly path: string;
  readonly localFile: string;
  readonly sizeBytes: number;
}

/** All that one target of a bundle wants to be in a workspace. */
export interface Deployment {
  readonly project: string;
  readonly target: string;
  /** Workspace folder of this deployment and of no other: what makes it one. */
  readonly rootPath: string;
  /** Who deploys. */
  readonly user: string;
  /** Of this package. */
  readonly codeVersion: string;
  /** '' outside of a git checkout. */
  readonly gitCommit: string;
  /** Digest of notebooks and archive: names the folder of the notebooks. */
  readonly codeDigest: string;
  /** `catalog.schema`, and `catalog.schema.volume` in it. */
  readonly schema: string | undefined;
  readonly volume: string | undefined;
  readonly secretScope: string | undefined;
  /** An absolute path. */
  readonly experiment: string | undefined;
  /** With three parts of Unity Catalog, with one of the workspace registry. */
  readonly registeredModel: string | undefined;
  readonly archive: WantedArchive | undefined;
  readonly files: readonly WantedFile[];
  readonly jobs: readonly WantedJob[];
}

/** Twelve hex digits that mark what belongs to a deployment: tags take few characters, a path has many. */
export const deploymentId = ({ rootPath }: Pick<Deployment, 'rootPath'>): string =>
  createHash('sha256').update(rootPath).digest('hex').slice(0, 12);

/** Of each code folder, and nothing else, in `rootPath`. */
export const codeFolder = (rootPath: string, digest = ''): string =>
  `${rootPath}/code/${digest}`.replace(/\/$/, '');

/** What is written on a schema, volume or model that a deployment creates, so that it alone takes it away again. */
export const ownershipMark = (deployment: Pick<Deployment, 'rootPath'>): string =>
  `Created by pm deploy (${deploymentId(deployment)}).`;
