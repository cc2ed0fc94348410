import { shortUserName } from './bundle-values.ts';
import type { JobSettings } from './job-schema.ts';

/**
 * A job as `mode: development` deploys it for one person, so that many may share a workspace: its name begins with
 * `[dev NAME] `, a tag says the same, and what would start it by itself is paused unless the files say otherwise.
 */
export function developmentMode(settings: JobSettings, user: string): JobSettings {
  const name = shortUserName(user);
  return {
    ...settings,
    name: `[dev ${name}] ${settings.name}`,
    tags: { dev: name, ...settings.tags },
    ...pausedUnlessSaid('schedule', settings),
    ...pausedUnlessSaid('trigger', settings),
    ...pausedUnlessSaid('continuous', settings),
  };
}

function pausedUnlessSaid(
  field: 'schedule' | 'trigger' | 'continuous',
  settings: JobSettings,
): Partial<JobSettings> {
  const start = settings[field];
  return start === undefined ? {} : { [field]: { pause_status: 'PAUSED', ...start } };
}
