import type { FastifyInstance } from 'fastify';
import type { FakeRun, RunTask } from './fake-run.ts';
import { Lagging } from './lagging.ts';

export interface FakeWorkspaceOptions {
  /** Entries of a page, however many were asked for; 2 if not given. */
  readonly pageSize?: number;
  /** Listings that do not yet show a job or cluster that was created or deleted; 1 if not given. */
  readonly listingLag?: number;
  /** What jobs/list does with its filter `name`; ignored if not given. */
  readonly nameFilter?: 'ignored' | 'exact' | 'truncated';
  /** How many steps a run moves on each time that it is asked for after the first; 1 if not given. */
  readonly stepsPerLook?: number;
  /** Runs a task; all succeed at once if not given. */
  readonly runTask?: RunTask;
  /** Who the token is. */
  readonly userName?: string;
  /** The bearer tokens that are taken. */
  readonly tokens?: readonly string[];
  /** What /oidc/v1/token takes, for OAuth client credentials. */
  readonly client?: { readonly id: string; readonly secret: string };
  /** Endpoints, as `POST /api/…`, that it has not; none if not given. */
  readonly lacks?: RegExp;
  /** How it says so: as the service does, if not given, as a router with a text or a page, or as a stub with 501. */
  readonly lackingAnswer?: 'json' | 'text' | 'page' | 'unimplemented';
  /** workspace/export answers with the bytes themselves, and with none of what is not there. */
  readonly exportsBytes?: boolean;
  /** HEAD of a file tells the length of its own empty answer. */
  readonly headsTellNothing?: boolean;
  /** Whether a run tells where it is in `state`, or in the newer `status`; in `state` if not given. */
  readonly runWords?: 'state' | 'status';
  /** Of a refusal with 429; 1 if not given. */
  readonly retryAfterSeconds?: number;
}

export interface FakeJob {
  readonly jobId: bigint;
  readonly creator: string;
  settings: Record<string, unknown>;
}

export interface TreeNode {
  readonly objectId: bigint;
  readonly kind: 'DIRECTORY' | 'NOTEBOOK' | 'FILE';
  readonly language?: string | undefined;
  readonly content: Buffer;
}

/** All that a workspace remembers; tests may read it and change it. */
export interface FakeState {
  readonly options: Required<Omit<FakeWorkspaceOptions, 'runTask' | 'client'>> &
    Pick<FakeWorkspaceOptions, 'runTask' | 'client'>;
  readonly tokens: Set<string>;
  /** Bearer tokens that OAuth gave out, oldest first. */
  readonly issued: string[];
  /** A new int64 of 19 digits, beyond what a double can tell apart. */
  nextId(): bigint;
  /** By path without `/Workspace`. */
  readonly tree: Map<string, TreeNode>;
  readonly jobs: Lagging<FakeJob>;
  readonly runs: Map<string, FakeRun>;
  readonly scopes: Map<string, Map<string, string>>;
  readonly clusters: Lagging<Record<string, unknown> & { cluster_id: string }>;
  /** Direct grants by `type/id`. */
  readonly permissions: Map<string, Record<string, unknown>[]>;
  /** `schemas/main.default` and the like. */
  readonly securables: Map<string, Record<string, unknown>>;
  /** By absolute path; a directory has no bytes. */
  readonly files: Map<string, Buffer | 'directory'>;
}

/** Adds an area's endpoints to the server. */
export type Routes = (app: FastifyInstance, state: FakeState) => void;

export function createState(given: FakeWorkspaceOptions): FakeState {
  const options = {
    pageSize: 2,
    listingLag: 1,
    stepsPerLook: 1,
    nameFilter: 'ignored' as const,
    userName: 'planner@example.com',
    tokens: ['dapi-fake-token'],
    lacks: /^$/,
    lackingAnswer: 'json' as const,
    exportsBytes: false,
    headsTellNothing: false,
    runWords: 'state' as const,
    retryAfterSeconds: 1,
    ...given,
  };
  let last = 8_795_232_193_391_676_030n;
  const nextId = () => ++last;
  const folder = (): TreeNode => ({ objectId: nextId(), kind: 'DIRECTORY', content: Buffer.alloc(0) });
  return {
    options,
    tokens: new Set(options.tokens),
    issued: [],
    nextId,
    tree: new Map(['/', '/Users', '/Shared', `/Users/${options.userName}`].map((path) => [path, folder()])),
    jobs: new Lagging(() => options.listingLag),
    runs: new Map(),
    scopes: new Map(),
    clusters: new Lagging(() => options.listingLag),
    permissions: new Map(),
    securables: new Map([
      ['catalogs/main', {}],
      ['schemas/main.default', { name: 'default', catalog_name: 'main', full_name: 'main.default' }],
    ]),
    files: new Map(),
  };
}
