import { z } from 'zod';
import { type DatabricksClient, exportSource, importFile } from '../../databricks/index.ts';

/** Folders and archives of code that are kept, the newest among them. */
const KEPT_DEPLOYMENTS = 5;

/** One state of the code as deployed. */
const DeploymentRecord = z.object({
  codeDigest: z.string(),
  /** '' without one. */
  archive: z.string(),
  deployedAt: z.string(),
  codeVersion: z.string(),
  gitCommit: z.string(),
});
export type DeploymentRecord = z.infer<typeof DeploymentRecord>;

const recordFile = (rootPath: string): string => `${rootPath}/deployments.json`;

/** What was deployed, the latest last. A file that is missing or damaged is no record: nothing is removed then. */
export async function readRecords(client: DatabricksClient, rootPath: string): Promise<DeploymentRecord[]> {
  const bytes = await exportSource(client, recordFile(rootPath));
  if (bytes === undefined) return [];
  try {
    return z.array(DeploymentRecord).parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return [];
  }
}

/** Replaces the record. The folder must exist. */
export async function writeRecords(
  client: DatabricksClient,
  rootPath: string,
  records: readonly DeploymentRecord[],
): Promise<void> {
  await importFile(client, recordFile(rootPath), new Blob([`${JSON.stringify(records, null, 2)}\n`]));
}

/** The records after one more deployment of `latest`, which stands once, and what is no longer kept. */
export function withRecord(
  records: readonly DeploymentRecord[],
  latest: DeploymentRecord,
): { kept: DeploymentRecord[]; dropped: DeploymentRecord[] } {
  const all = [...records.filter(({ codeDigest }) => codeDigest !== latest.codeDigest), latest];
  return { kept: all.slice(-KEPT_DEPLOYMENTS), dropped: all.slice(0, -KEPT_DEPLOYMENTS) };
}
