import { createHash } from 'node:crypto';
import type { JobSettings } from '../../databricks/index.ts';
import { type Deployment, deploymentId, type WantedJob } from './deployment.ts';

/** Whose a job is. Values are letters, digits, `_`, `-` and `.`: clouds take no more as tags of clusters. */
export const DEPLOYMENT_TAG = 'pm_deployment';
export const JOB_TAG = 'pm_job';
/** Digest of the settings as last deployed: tells a field taken out of a file from a default that the service filled in. */
const SETTINGS_TAG = 'pm_settings';

/** A job's settings with the tags that say whose it is and what made it. */
export function taggedSettings(deployment: Deployment, { key, settings }: WantedJob): JobSettings {
  return {
    ...settings,
    tags: {
      ...settings.tags,
      [DEPLOYMENT_TAG]: deploymentId(deployment),
      [JOB_TAG]: key,
      [SETTINGS_TAG]: settingsDigest(settings),
      pm_target: deployment.target,
      pm_version: deployment.codeVersion,
      ...(deployment.gitCommit !== '' && { pm_commit: deployment.gitCommit }),
    },
  };
}

/** A job of this deployment. */
export const isOurs = ({ tags }: JobSettings, deployment: Pick<Deployment, 'rootPath'>): boolean =>
  tags?.[DEPLOYMENT_TAG] === deploymentId(deployment);

/** Whether a job was last deployed with just these settings. */
export const wasDeployedAs = (found: JobSettings, wanted: JobSettings): boolean =>
  found.tags?.[SETTINGS_TAG] === settingsDigest(wanted);

const settingsDigest = (settings: JobSettings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
