import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';

export interface Azurite {
  /** Of the account devstoreaccount1, the only one. */
  readonly connectionString: string;
  close(): Promise<void>;
}

interface BlobServer {
  start(): Promise<void>;
  close(): Promise<void>;
  clean(): Promise<void>;
  getHttpServerAddress(): string;
}

/** Azurite's blob service on a free loopback port of this process, with empty containers of these names. */
export async function startAzurite(...containers: readonly string[]): Promise<Azurite> {
  const directory = mkdtempSync(join(tmpdir(), 'azurite-'));
  const server = createServer(directory);
  await server.start();
  const { EMULATOR_ACCOUNT_KEY_STR: accountKey } = load('blob/utils/constants.js') as {
    EMULATOR_ACCOUNT_KEY_STR: string;
  };
  const endpoint = `${server.getHttpServerAddress()}/devstoreaccount1`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${accountKey};BlobEndpoint=${endpoint};`;
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for (const container of containers) await service.createContainer(container);
  return {
    connectionString,
    close: async () => {
      await server.close();
      await server.clean();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function createServer(directory: string): BlobServer {
  const { default: BlobConfiguration } = load('blob/BlobConfiguration.js') as {
    default: new (...settings: unknown[]) => object;
  };
  const { default: Server } = load('blob/BlobServer.js') as {
    default: new (configuration: object) => BlobServer;
  };
  const keepAliveSeconds = 5;
  const extents = [{ locationId: 'Default', locationPath: join(directory, 'extents'), maxConcurrency: 10 }];
  const noAccessLog = [false, undefined] as const;
  const noDebugLog = [false, undefined] as const;
  const takesNewerClients = [false, true] as const;
  return new Server(
    new BlobConfiguration(
      '127.0.0.1',
      0,
      keepAliveSeconds,
      join(directory, 'blobs.json'),
      join(directory, 'extents.json'),
      extents,
      ...noAccessLog,
      ...noDebugLog,
      ...takesNewerClients,
    ),
  );
}

/** Its main module loads what only its SQL storage needs, which is not installed. */
function load(module: string): unknown {
  return createRequire(import.meta.url)(`azurite/dist/src/${module}`);
}
