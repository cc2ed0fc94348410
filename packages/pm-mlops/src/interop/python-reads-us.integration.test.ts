import { pythonFor } from 'pm-core/testing';
import { afterAll, describe } from 'vitest';
import { startMlflowServer } from '../testing/mlflow-server.ts';
import { describePythonReadsUs } from './describe-python-reads-us.ts';
import { startMlflowCommand } from './mlflow-command.ts';
import { createPmWorkspace } from './pm-workspace.ts';

const python = pythonFor();
describe.skipIf(python === undefined)('Python (skipped without Python ≥ 3.11)', () => {
  const servers: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  describePythonReadsUs('a real mlflow server', python!, async () => {
    const server = await startMlflowServer();
    servers.push(server);
    return {
      workspace: createPmWorkspace({ trackingUri: server.baseUrl }),
      serve: async () => server.baseUrl,
    };
  });

  describePythonReadsUs(
    'the folder of the embedded store, opened by a plain mlflow ui',
    python!,
    async () => {
      const workspace = createPmWorkspace();
      const serve = async () => {
        const ui = await startMlflowCommand(python!, ['ui', '--workers', '1'], workspace);
        servers.push(ui);
        return ui.baseUrl;
      };
      return { workspace, serve };
    },
  );
});
