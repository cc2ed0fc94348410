import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeWorkspace,
  type FakeWorkspaceOptions,
  startFakeWorkspace,
} from '../databricks/testing/fake-workspace/index.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

interface Initialized {
  readonly provisions: readonly { what: string; name: string; state: string; detail: string }[];
}

describe('a person at a Databricks workspace', () => {
  let databricks: FakeWorkspace;
  let place: Workplace;
  const start = async (options: FakeWorkspaceOptions = {}, environment: Record<string, string> = {}) => {
    databricks = await startFakeWorkspace(options);
    place = createWorkplace(
      {},
      { DATABRICKS_HOST: databricks.host, DATABRICKS_TOKEN: databricks.token, ...environment },
    );
  };
  beforeEach(() => start());
  afterEach(async () => {
    place.remove();
    await databricks.close();
  });

  it('is told who and where by pm auth, and never the token', async () => {
    const { code, out, err } = await place.pm('auth');
    expect([code, out]).toEqual([0, `${databricks.host} as planner@example.com (token)\n`]);
    expect(out + err).not.toContain(databricks.token);
  });

  it('is told what to set where nothing leads to a workspace, and that a token is refused', async () => {
    const nowhere = createWorkplace({});
    expect(await nowhere.pm('auth')).toMatchObject({
      code: 1,
      err: expect.stringContaining('DATABRICKS_HOST'),
    });
    nowhere.remove();
    databricks.state.tokens.clear();
    const { code, err } = await place.pm('auth');
    expect([code, err]).toEqual([1, expect.stringContaining('Next: Check DATABRICKS_TOKEN')]);
    expect(err).not.toContain(databricks.token);
  });

  it('signs in with a profile as a service principal, whose token is renewed when it is refused', async () => {
    place.remove();
    await databricks.close();
    await start(
      { client: { id: 'robot', secret: 'planted-secret' } },
      { DATABRICKS_HOST: '', DATABRICKS_TOKEN: '' },
    );
    writeFileSync(
      place.path('.databrickscfg'),
      `[DEFAULT]\nhost = ${databricks.host}\nclient_id = robot\nclient_secret = planted-secret\n`,
    );
    const { code, out, err } = await place.pm('auth');
    expect([code, out]).toEqual([0, expect.stringContaining('(oauth-client)')]);
    expect(out + err).not.toMatch(/planted-secret|oauth-token/);
  });

  it('finds all that a deploy needs after pm init, and nothing new after a second one', async () => {
    const first = await place.json<Initialized>('init', '--target', 'dev');
    expect(first.provisions.map(({ what, state }) => `${what} ${state}`)).toEqual([
      'folder created',
      'folder found',
      'experiment created',
      'secret scope created',
      'schema created',
      'volume created',
      'cluster created',
    ]);
    const writes = () => databricks.requests.filter(({ method }) => method !== 'GET').length;
    const before = writes();
    const second = await place.json<Initialized>('init', '--target', 'dev');
    expect(second.provisions.every(({ state }) => state === 'found')).toBe(true);
    expect(writes()).toBe(before);
    expect(second.provisions.map(({ name, detail }) => [name, detail])).toEqual(
      first.provisions.map(({ name, detail }) => [name, detail]),
    );
  });

  it('needs no cluster where jobs bring their own, and is told which cluster id is wrong', async () => {
    const { provisions } = await place.json<Initialized>('init', '--target', 'prod');
    expect(provisions.map(({ what }) => what)).not.toContain('cluster');
    const wrong = createWorkplace(
      {},
      {
        DATABRICKS_HOST: databricks.host,
        DATABRICKS_TOKEN: databricks.token,
        BUNDLE_VAR_cluster_id: '0101-nowhere',
      },
    );
    expect(await wrong.pm('init')).toMatchObject({ code: 1, err: expect.stringContaining('0101-nowhere') });
    wrong.remove();
  });

  it('goes on without a volume where the catalog is missing, and is told so', async () => {
    databricks.state.securables.clear();
    const { provisions } = await place.json<Initialized>('init');
    expect(provisions.find(({ what }) => what === 'volume')).toMatchObject({ state: 'unavailable' });
    expect(provisions.at(-1)).toMatchObject({ what: 'cluster', state: 'created' });
  });

  it('stores a secret from stdin or the environment; nothing that pm writes shows it', async () => {
    const planted = 'planted-Pa$$w0rd';
    const written: string[] = [];
    const put = async (stdin: string, ...words: string[]) => {
      const { code, out, err } = await place.pmWith(stdin, 'secrets', 'put', ...words);
      written.push(out, err);
      return code;
    };
    expect(await put(`${planted}\n`, 'from-stdin')).toBe(0);
    expect(await put('', 'from-env', '--env', 'USER', '--json')).toBe(0);
    expect(Object.fromEntries(databricks.state.scopes.get('predictive-maintenance')!)).toEqual({
      'from-stdin': planted,
      'from-env': 'planner',
    });
    expect(await put('', 'empty')).toBe(1);
    expect(await put('', 'none', '--env', 'NOT_SET')).toBe(1);
    expect(await put('', 'on-the-line', planted)).toBe(2);
    expect(await put('', `on-the-line=${planted}`)).toBe(2);
    expect(await put('', 'on-the-line', 'two', planted, '--json')).toBe(2);
    expect(await put('', 'on-the-line', `--value=${planted}`)).not.toBe(0);
    databricks.state.tokens.clear();
    expect(await put(planted, 'refused')).toBe(1);
    expect(written.join('\n')).not.toContain(planted);
    expect(databricks.requests.filter(({ path }) => path.includes(planted))).toEqual([]);
  });

  it('uploads a folder into the volume, each file whole, and again in place of what is there', async () => {
    await place.pm('init');
    mkdirSync(place.path('data/2026'), { recursive: true });
    const big = Buffer.alloc(3_000_000, 'abc');
    writeFileSync(place.path('data/PdM telemetry.csv'), big);
    writeFileSync(place.path('data/2026/empty.csv'), '');
    for (const _ of ['first', 'again']) {
      const { code, out } = await place.pm('upload', 'data');
      const folder = '/Volumes/main/predictive_maintenance/pm/data';
      expect([code, out]).toEqual([0, `2 files, 3,000,000 bytes, in ${folder}.\n`]);
      expect(databricks.state.files.get(`${folder}/PdM telemetry.csv`)).toEqual(big);
      expect(databricks.state.files.get(`${folder}/2026/empty.csv`)).toEqual(Buffer.alloc(0));
    }
  });

  it.each(['/Users/me', '/Volumes/main/x', '/Volumes/main/default/pm/../other', 'data'])(
    'is refused an upload to %s',
    async (destination) => {
      const { code, out } = await place.pm('upload', 'config', destination, '--json');
      expect([code, JSON.parse(out).error.code]).toEqual([1, 'bad-destination']);
    },
  );
});
