import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedFetch } from '../embedded-fetch.ts';

/** A store in a folder, called by path below /api/2.0/mlflow/. */
export interface TestStore {
  readonly folder: string;
  readonly databaseFile: string;
  readonly fetch: typeof globalThis.fetch;
  /** The answer's JSON. @throws Error where it is not 2xx. */
  call<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer>;
  close(): void;
}

const base = 'http://embedded.invalid';

/** Opens the store in `folder`, in a new temporary one if none is given; `close` removes only what it made. */
export function openTestStore(folder?: string): TestStore {
  const directory = folder ?? mkdtempSync(join(tmpdir(), 'embedded-'));
  const databaseFile = join(directory, 'mlflow.db');
  const fetch = createEmbeddedFetch({ databaseFile, artifactDirectory: join(directory, 'mlartifacts') });
  return {
    folder: directory,
    databaseFile,
    fetch,
    async call<Answer>(method: string, path: string, body?: object) {
      const init = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await fetch(`${base}/api/2.0/mlflow/${path}`, { method, ...init });
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status} ${text}`);
      return JSON.parse(text) as Answer;
    },
    close() {
      fetch.close();
      if (folder === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
