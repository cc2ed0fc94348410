import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { trackingServe } from './tracking-serve.ts';

describe('pm tracking serve', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'tracking-serve-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const start = (words: readonly string[], environment: Record<string, string> = {}) => {
    const [stdout, stderr, stop] = [new PassThrough(), new PassThrough(), new AbortController()];
    const stdin = Readable.from([]);
    const world = {
      cwd,
      environment,
      stdin,
      stdout,
      stderr,
      signal: stop.signal,
      now: () => new Date(),
      fetch,
    };
    const ended = runCommandLine(['tracking', 'serve', ...words], [trackingServe, other], world);
    return { stdout, stderr, stop: () => stop.abort(), ended };
  };
  /** A group of one word would be a command of one word. */
  const other = { ...trackingServe, name: 'tracking other' };
  const firstOutput = async (stdout: PassThrough) =>
    `${await new Promise<Buffer>((resolve) => stdout.once('data', resolve))}`;

  it('says as one JSON document where it listens, answers until it is told to stop, and leaves one file', async () => {
    const { stdout, stop, ended } = start(['--port', '0', '--database', 'store/mlflow.db', '--json'], {
      PM_TRACKING_TOKEN: 'secret',
    });
    const { url, ...document } = JSON.parse(await firstOutput(stdout)) as { url: string };
    expect(document).toEqual({
      databaseFile: join(cwd, 'store/mlflow.db'),
      artifactDirectory: join(cwd, 'store/mlartifacts'),
      authentication: ['bearer'],
    });
    const ask = (authorization: string) => fetch(`${url}/version`, { headers: { authorization } });
    expect((await ask('Bearer other')).status).toBe(401);
    expect((await ask('Bearer secret')).status).toBe(200);
    stop();
    expect(await ended).toBe(0);
    expect(stdout.read()).toBeNull();
    expect(readdirSync(join(cwd, 'store'))).toEqual(['mlflow.db']);
  });

  it('says the address to a person, and that there is no login', async () => {
    const { stdout, stop, ended } = start(['--port', '0']);
    expect(await firstOutput(stdout)).toMatch(
      /^MLflow tracking at http:\/\/127\.0\.0\.1:\d+ \(no authentication\)/,
    );
    stop();
    expect(await ended).toBe(0);
  });

  it('names what to set before it lets other machines in', async () => {
    const { stderr, ended } = start(['--host', '0.0.0.0', '--port', '0']);
    expect(await ended).toBe(1);
    stderr.end();
    expect(await text(stderr)).toMatch(/PM_TRACKING_USERNAME.*--allow-anonymous/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
