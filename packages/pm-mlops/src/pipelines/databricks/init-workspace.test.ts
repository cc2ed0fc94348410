import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabricksClient, DatabricksError } from '../../databricks/index.ts';
import {
  type FakeWorkspace,
  type FaultKind,
  startFakeWorkspace,
} from '../../databricks/testing/fake-workspace/index.ts';
import { bearerAuthentication } from '../../mlflow/authentication.ts';
import type { TargetSettings } from '../deploy/target-settings.ts';
import { initWorkspace } from './init-workspace.ts';

const settings: TargetSettings = {
  target: 'dev',
  rootPath: '/Workspace/Users/planner@example.com/.bundle/pm/dev',
  experiment: '/Users/planner@example.com/pm',
  secretScope: 'pm',
  registeredModel: 'pm',
  schema: 'main.maintenance',
  volume: 'main.maintenance.pm',
  volumePath: '/Volumes/main/maintenance/pm',
  cluster: { id: '', name: 'pm', sparkVersion: '16.4.x-scala2.12', nodeTypeId: 'Standard_DS3_v2' },
};

describe('pm init over a network that fails', () => {
  let workspace: FakeWorkspace;
  beforeEach(async () => {
    workspace = await startFakeWorkspace();
  });
  afterEach(() => workspace.close());

  const init = (retries: number) => {
    const { host, token } = workspace;
    const authentication = bearerAuthentication(token);
    const sleep = async () => {};
    const client = createDatabricksClient({
      host,
      authentication,
      sleep,
      retry: { retries },
      timeoutMs: 150,
    });
    return initWorkspace(client, settings, (_, work) => work(() => {}));
  };
  const forget = () => {
    const { tree, scopes, securables, clusters } = workspace.state;
    for (const path of [...tree.keys()]) if (path.includes('.bundle')) tree.delete(path);
    scopes.clear();
    for (const name of ['schemas/main.maintenance', 'volumes/main.maintenance.pm']) securables.delete(name);
    for (const { cluster_id } of clusters.all()) clusters.remove(cluster_id);
    clusters.listed(); // its removal is seen from now on
    workspace.reset();
  };
  const standing = () => [
    workspace.state.scopes.size,
    workspace.state.securables.has('volumes/main.maintenance.pm'),
    workspace.state.clusters.all().length,
  ];

  test.each<FaultKind>(['429', '500', 'reset', 'timeout', 'lost'])(
    'ends well whichever of its requests fails with %s, and leaves one of each thing',
    async (kind) => {
      await init(5);
      forget();
      await init(5);
      const requests = workspace.requests.length;
      expect(requests).toBeGreaterThan(12);
      for (let n = 1; n <= requests; n++) {
        forget();
        workspace.failRequest(n, kind);
        await init(5);
        expect(standing(), `request ${n}`).toEqual([1, true, 1]);
        expect(workspace.requests[n - 1]?.fault).toBe(kind);
      }
    },
  );

  test.each<FaultKind>(['429', '500', 'reset', 'lost'])(
    'is finished by the next run where %s is not tried again, and nothing is there twice',
    async (kind) => {
      await init(0);
      for (let n = 1; n <= 16; n++) {
        forget();
        workspace.failRequest(n, kind);
        const failure = await init(0).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined) expect(failure).toBeInstanceOf(DatabricksError);
        workspace.reset();
        await init(5);
        expect(standing(), `request ${n}`).toEqual([1, true, 1]);
      }
    },
  );

  test('makes no second cluster where no listing shows the first', async () => {
    await workspace.close();
    workspace = await startFakeWorkspace({ listingLag: Number.POSITIVE_INFINITY });
    await init(5);
    expect((await init(5)).map(({ state }) => state)).not.toContain('created');
    expect(standing()).toEqual([1, true, 1]);
  });
});
