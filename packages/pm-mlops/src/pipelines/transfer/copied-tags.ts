import type { MlflowClient } from '../../mlflow/client.ts';
import { readLedger } from '../../mlflow/ledger.ts';
import { LEDGER_TAG_PREFIX } from '../../mlflow/ledger-entry.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { modelVersions } from '../../mlflow/model-versions.ts';
import { REQUEST_ID_TAG } from '../../mlflow/runs.ts';
import { SOURCE_VERSION_TAG, versionIdentity, withoutMarks } from './identity.ts';

/** Where a copied version came from: registry and model URI. */
const COPIED_FROM_TAG = 'pm.copied_from';
/** The run that trained it, in the store that it came from. */
const COPIED_RUN_TAG = 'pm.copied_run';
/** SHA-256 over path and SHA-256 of all its files. */
const COPIED_DIGEST_TAG = 'pm.copied_digest';
/** Its stage moves there, as JSON, the latest that fit. */
const COPIED_LEDGER_TAG = 'pm.copied_ledger';

/** Characters of a tag that MLflow keeps. */
const LONGEST_TAG = 5000;

/** Tags of a copy: the source's own, and where it came from. Its ledger is of another registry, so it is told in one tag. */
export function tagsOfCopy(
  source: ModelVersion,
  { place, digest }: { place: string; digest: string },
): Record<string, string> {
  const own = Object.entries(withoutMarks(source.tags)).filter(
    ([key]) => key !== REQUEST_ID_TAG && !key.startsWith(LEDGER_TAG_PREFIX),
  );
  const moves = readLedger([source]).map(({ at, by, action, from, to, why }) => ({
    at,
    by,
    action,
    from,
    to,
    why,
  }));
  while (JSON.stringify(moves).length > LONGEST_TAG) moves.shift();
  return {
    ...Object.fromEntries(own),
    [SOURCE_VERSION_TAG]: versionIdentity(source),
    [COPIED_FROM_TAG]: place,
    ...(source.runId !== undefined && { [COPIED_RUN_TAG]: source.runId }),
    [COPIED_DIGEST_TAG]: digest,
    ...(moves.length > 0 && { [COPIED_LEDGER_TAG]: JSON.stringify(moves) }),
  };
}

/** The version that was copied from `source` with these files before, if any. */
export async function earlierCopy(
  client: MlflowClient,
  modelName: string,
  source: ModelVersion,
  digest: string,
): Promise<ModelVersion | undefined> {
  const identity = versionIdentity(source);
  const versions = await modelVersions(client, modelName);
  return versions.find(
    ({ tags, status }) =>
      status === 'READY' && tags[SOURCE_VERSION_TAG] === identity && tags[COPIED_DIGEST_TAG] === digest,
  );
}
