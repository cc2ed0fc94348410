import type { ModelStage } from '../../mlflow/model-version.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { withTracking } from './tracking.ts';

export const promote = defineCommand({
  name: 'promote',
  describe: 'the gate, then the transition; exit code 3 if the gate says no',
  examples: [
    ['promote', 'the version in Staging to Production, if it stands every check beside the champion'],
    ['promote --version 3 --dry-run', 'what the gate would say, and which alerts would change'],
    ['promote --force --reason "sensor fault in the test rows"', 'against the gate, with a trace'],
  ],
  options: {
    version: { type: 'integer', least: 1, describe: 'version to promote [the one in Staging]' },
    stage: {
      type: 'string',
      choices: ['Staging', 'Production'],
      default: 'Production',
      describe: 'stage to enter',
    },
    dryRun: {
      type: 'boolean',
      default: false,
      describe: 'decide and replay the last weeks with both versions, but move and record nothing',
    },
    force: { type: 'boolean', default: false, describe: 'go ahead whatever the checks say; needs --reason' },
    reason: { type: 'string', describe: 'why, kept with the version' },
  },
  async run({ version, stage, dryRun, force, reason }, context) {
    if (force && (reason ?? '').trim() === '')
      throw new UsageError('--force needs a reason that is kept with the version: --reason TEXT.');
    const { formatPromotion } = await import('../../pipelines/format-promotion.ts');
    const { promote: promoteVersion } = await import('../../pipelines/promote.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    return withTracking(context, async (client) => {
      const request = { version: version?.toString(), stage: stage as ModelStage, dryRun, force, reason };
      const result = await writingLake(context, 'pm promote', (bench) =>
        promoteVersion(bench, client, context, request),
      );
      const refused = !result.promote && result.keptVersion !== result.version;
      return { json: result, text: formatPromotion(result), exitCode: refused ? 3 : 0 };
    });
  },
});
