import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseJson, UserError } from 'pm-core';
import { z } from 'zod';
import {
  type DatabricksClient,
  eventually,
  exportSource,
  importFile,
  isConflict,
  removeFromWorkspace,
} from '../../databricks/index.ts';

/** After this long its owner is taken for dead; a deployment takes a minute or two. */
const staleAfterMs = 30 * 60_000;

const Lock = z.object({
  id: z.string(),
  user: z.string(),
  host: z.string(),
  pid: z.number(),
  since: z.string(),
});
type Lock = z.infer<typeof Lock>;

/** Locks that this process holds now. */
const held = new Set<string>();

export interface DeployLockOptions {
  readonly user: string;
  readonly now: () => Date;
  /** Takes it from whoever has it. */
  readonly force?: boolean;
  readonly log: (line: string) => void;
}

/**
 * Runs `work` while no other deployment of this folder runs. A lock of a process that is gone (of this host), or older than
 * half an hour, is taken over. The folder must exist.
 * @throws UserError `deployment-locked` naming who has it since when, and what `work` throws.
 */
export async function whileLocked<Result>(
  client: DatabricksClient,
  rootPath: string,
  options: DeployLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = `${rootPath}/deploy.lock`;
  const mine: Lock = {
    id: randomUUID(),
    user: options.user,
    host: hostname(),
    pid: process.pid,
    since: options.now().toISOString(),
  };
  await acquire(client, path, mine, options);
  held.add(mine.id);
  try {
    return await work();
  } finally {
    held.delete(mine.id);
    await release(client.lasting, path, options.log);
  }
}

/** Stubbornly, also after Ctrl-C: what stays keeps other machines out. What was done is done, so that it is no error. */
async function release(client: DatabricksClient, path: string, log: (line: string) => void): Promise<void> {
  let reason: unknown;
  const isGone = await eventually(client, () =>
    removeFromWorkspace(client, path).then(
      () => true,
      (error: unknown) => {
        reason = error;
        return undefined;
      },
    ),
  );
  if (isGone) return;
  log(`The lock ${path} could not be removed (${reason}); the next deployment from here takes it over.`);
}

async function acquire(
  client: DatabricksClient,
  path: string,
  mine: Lock,
  { now, force = false, log }: DeployLockOptions,
): Promise<void> {
  for (;;) {
    const put = async () => importFile(client, path, new Blob([JSON.stringify(mine)]), { overwrite: false });
    if (await put().then(() => true, refusedAsThere)) return;
    const theirs = await readLock(client, path);
    // A lost answer: it was us.
    if (theirs === undefined) continue;
    if (theirs.id === mine.id) return;
    if (!force && !(await isDead(theirs, now()))) throw lockedBy(theirs, path);
    log(`Taking over the lock of ${theirs.user} (${theirs.host}, process ${theirs.pid}) of ${theirs.since}.`);
    await removeFromWorkspace(client, path);
  }
}

function refusedAsThere(error: unknown): false {
  if (isConflict(error)) return false;
  throw error;
}

async function readLock(client: DatabricksClient, path: string): Promise<Lock | undefined> {
  const bytes = await exportSource(client, path);
  if (bytes === undefined) return undefined;
  const parsed = Lock.safeParse(parseJson(bytes.toString('utf8')));
  return parsed.success
    ? parsed.data
    : { id: '', user: 'unknown', host: '', pid: 0, since: '1970-01-01T00:00:00Z' };
}

async function isDead({ id, host, pid, since }: Lock, now: Date): Promise<boolean> {
  if (now.getTime() - Date.parse(since) > staleAfterMs) return true;
  if (host !== hostname()) return false;
  if (pid === process.pid) return !held.has(id);
  // Brings the engine with it, which no other step of a deployment needs.
  const { isAlive } = await import('pm-core/lake');
  return !isAlive(pid, null);
}

const lockedBy = ({ user, host, pid, since }: Lock, path: string): UserError =>
  new UserError('deployment-locked', `${user} is deploying there (${host}, process ${pid}) since ${since}.`, {
    next: `Wait for it. If it is gone: --force-lock, or delete ${path}.`,
  });
