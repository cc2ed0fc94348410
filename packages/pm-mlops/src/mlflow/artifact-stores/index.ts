export type { ArtifactEntry, ArtifactFolder } from './artifact-folder.ts';
export { azureArtifacts } from './azure.ts';
export { databricksArtifacts } from './databricks.ts';
export { localArtifacts } from './local.ts';
export { proxiedArtifacts } from './proxied.ts';
export { s3Artifacts } from './s3.ts';
export { ArtifactStoreError } from './store-error.ts';
