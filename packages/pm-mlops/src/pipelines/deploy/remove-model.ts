import {
  type DatabricksClient,
  deleteWorkspaceModel,
  listWorkspaceVersions,
  transitionWorkspaceStage,
} from '../../databricks/index.ts';

/** Deletes a model of the workspace registry; the registry wants all of its versions out of Staging and Production first. */
export async function deleteModelWithVersions(client: DatabricksClient, name: string): Promise<void> {
  for (const { version, stage } of await listWorkspaceVersions(client, name)) {
    if (stage === 'Staging' || stage === 'Production')
      await transitionWorkspaceStage(client, { name, version, stage: 'Archived' });
  }
  await deleteWorkspaceModel(client, name);
}
