import { parseJson } from 'pm-core';
import { z } from 'zod';
import { type ClusterNote, type DatabricksClient, exportSource, importFile } from '../../databricks/index.ts';

const Note = z.object({ clusterId: z.string() });

/** The id of the cluster that `pm init` created, in the folder of the deployment, which must be there to be written to. */
export function clusterNote(client: DatabricksClient, rootPath: string): ClusterNote {
  const path = `${rootPath}/cluster.json`;
  return {
    read: async () => {
      const bytes = await exportSource(client, path);
      return bytes && Note.safeParse(parseJson(bytes.toString('utf8'))).data?.clusterId;
    },
    write: (clusterId) => importFile(client, path, new Blob([`${JSON.stringify({ clusterId })}\n`])),
  };
}
