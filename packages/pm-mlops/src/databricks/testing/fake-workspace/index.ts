import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { createEmbeddedFetch } from '../../../mlflow/embedded/index.ts';
import { parseLossless } from '../../../mlflow/lossless-json.ts';
import { catalogModelRoutes } from './catalog-models.ts';
import { clusterRoutes } from './clusters.ts';
import { addFaults, type Faults } from './faults.ts';
import { fileRoutes } from './files.ts';
import { checkToken, identityRoutes } from './identity.ts';
import { jobRoutes } from './jobs.ts';
import { lackEndpoints, refuseEndpoint } from './lacking.ts';
import { mlflowRoutes } from './mlflow.ts';
import { permissionRoutes } from './permissions.ts';
import { Refusal } from './refuse.ts';
import { runRoutes } from './runs.ts';
import { secretRoutes } from './secrets.ts';
import { createState, type FakeState, type FakeWorkspaceOptions } from './state.ts';
import { unityCatalogRoutes } from './unity-catalog.ts';
import { toWire } from './wire.ts';
import { workspaceRoutes } from './workspace.ts';

export type { RunTask, TaskResult, TaskToRun } from './fake-run.ts';
export type { FaultKind, SeenRequest } from './faults.ts';
export type { FakeState, FakeWorkspaceOptions } from './state.ts';

export interface FakeWorkspace extends Faults {
  /** `http://127.0.0.1:PORT`: DATABRICKS_HOST. */
  readonly host: string;
  /** A token that it takes: DATABRICKS_TOKEN. */
  readonly token: string;
  readonly state: FakeState;
  close(): Promise<void>;
}

const areas = [
  identityRoutes,
  workspaceRoutes,
  jobRoutes,
  runRoutes,
  secretRoutes,
  clusterRoutes,
  fileRoutes,
  permissionRoutes,
  unityCatalogRoutes,
];

/**
 * A stand-in for a Databricks workspace over real HTTP, with state in memory and the service's own inconveniences, each
 * named in the file of its area (README.md says where they are known from). MLflow is the embedded store in a folder of its own.
 */
export async function startFakeWorkspace(options: FakeWorkspaceOptions = {}): Promise<FakeWorkspace> {
  const state = createState(options);
  const folder = mkdtempSync(join(tmpdir(), 'fake-workspace-'));
  const openStore = (name: string) =>
    createEmbeddedFetch({
      databaseFile: join(folder, name, 'mlflow.db'),
      artifactDirectory: join(folder, name, 'mlartifacts'),
    });
  const [store, catalog] = [openStore('workspace'), openStore('catalog')];
  const app = fastify({ bodyLimit: 1 << 30, exposeHeadRoutes: false, forceCloseConnections: true });
  speakAsTheService(app);
  app.setNotFoundHandler((request, reply) => refuseEndpoint(request, reply, state));
  const faults = addFaults(app, state);
  lackEndpoints(app, state);
  app.addHook('onRequest', async (request, reply) => {
    if (!reply.sent) checkToken(request, state);
  });
  for (const routes of areas) routes(app, state);
  mlflowRoutes(app, state, store);
  catalogModelRoutes(app, state, catalog);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...faults,
    host: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    token: state.options.tokens[0]!,
    state,
    close: async () => {
      await app.close();
      store.close();
      catalog.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bodies are JSON without rounding, or bytes; refusals are `{error_code, message}`. */
function speakAsTheService(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    try {
      done(null, `${body}` === '' ? {} : parseLossless(`${body}`));
    } catch {
      done(new Refusal(400, 'MALFORMED_REQUEST', 'Invalid JSON.'));
    }
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setReplySerializer(toWire);
  app.setErrorHandler((error, _, reply) => {
    if (!(error instanceof Refusal)) return reply.code(500).send({ message: `${error}` });
    const { status, errorCode, message } = error;
    return reply.code(status).send({ ...(errorCode !== undefined && { error_code: errorCode }), message });
  });
}
