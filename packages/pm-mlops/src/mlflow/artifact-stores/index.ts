export type { ArtifactEntry, ArtifactFolder } from './artifact-folder.ts';
export { azureArtifacts } from './azure.ts';
export { azurePlace } from './azure-account.ts';
export { databricksArtifacts } from './databricks.ts';
export { localArtifacts } from './local.ts';
export type { StoreAccess } from './object-folder.ts';
export { proxiedArtifacts } from './proxied.ts';
export { s3Artifacts } from './s3.ts';
export { ArtifactStoreError } from './store-error.ts';
