import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSource, otherEnvironment } from './index.ts';

const own = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'secret' };

it('lends the credentials in the environment to the other side where this side is a file', () => {
  expect(otherEnvironment(own, '/')).toMatchObject(own);
});

it("never sends one server's credentials to another", () => {
  const server = { ...own, MLFLOW_TRACKING_URI: 'http://one.example' };
  expect(otherEnvironment(server, '/').MLFLOW_TRACKING_PASSWORD).toBeUndefined();
  const both = { ...server, PM_OTHER_TRACKING_TOKEN: 'theirs' };
  expect(otherEnvironment(both, '/')).toMatchObject({
    MLFLOW_TRACKING_TOKEN: 'theirs',
    MLFLOW_TRACKING_USERNAME: undefined,
  });
});

it('makes no database where there is none to read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-source-'));
  await expect(openSource('sqlite:///mlflow.db', {}, folder)).rejects.toThrow(
    /There is no tracking database at/,
  );
  await expect(openSource('./mlruns', {}, folder)).rejects.toThrow(/There is no folder/);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
