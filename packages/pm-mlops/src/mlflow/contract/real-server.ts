import { afterAll, beforeAll } from 'vitest';
import {
  type MlflowServer,
  type MlflowServerOptions,
  startMlflowServer,
} from '../../testing/mlflow-server.ts';
import { describeMlflowClient } from './client.ts';
import { describeMlflowContract } from './contract.ts';
import type { BackendId } from './differences.ts';

export interface RealServerOptions extends MlflowServerOptions {
  /** Value of the header Authorization that the server wants. */
  readonly authorization?: string;
  /** Is done once, before the first test. */
  readonly prepare?: (server: MlflowServer) => void;
}

/** Declares the contract and the client's tests over one real server, which runs while they do. Gives its address. */
export function describeRealServer(
  id: BackendId,
  { authorization, prepare, ...options }: RealServerOptions = {},
): () => string {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflowServer(options);
    prepare?.(server);
  });
  afterAll(() => server?.close());

  const open = async () => ({
    baseUrl: server.baseUrl,
    ...(authorization !== undefined && { authorization }),
    close: async () => {},
  });
  describeMlflowContract(id, open);
  describeMlflowClient(id, open);
  return () => server.baseUrl;
}
