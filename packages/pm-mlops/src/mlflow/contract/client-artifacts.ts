import { describeArtifactFolder } from '../artifact-stores/contract/artifact-folder.ts';
import { openArtifacts } from '../artifacts.ts';
import type { MlflowClient } from '../client.ts';
import { startRun } from './client-runs.ts';
import type { Expectations } from './differences.ts';

/** Declares the tests of the artifact folder that a backend gives to a run. */
export function describeClientArtifacts(open: () => MlflowClient, { expected }: Expectations): void {
  const openFolder = async () => openArtifacts(open(), (await startRun(open())).artifactUri);
  describeArtifactFolder('of a run', openFolder, { wideNames: expected('wideArtifactName') === 'yes' });
}
