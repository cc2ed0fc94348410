import type { ModelStage } from '../../mlflow/model-version.ts';
import { defineCommand } from '../command.ts';
import { withTracking } from './tracking.ts';

export const promote = defineCommand({
  name: 'promote',
  describe: 'the gate, then the transition; exit code 3 if the gate says no',
  examples: [
    ['promote', 'the version in Staging to Production, if it is better on the same test rows'],
    ['promote --version 3 --dry-run', 'what the gate would say'],
  ],
  options: {
    version: { type: 'integer', describe: 'version to promote [the one in Staging]' },
    stage: {
      type: 'string',
      choices: ['Staging', 'Production'],
      default: 'Production',
      describe: 'stage to enter',
    },
    dryRun: { type: 'boolean', default: false, describe: 'decide, but move nothing' },
  },
  async run({ version, stage, dryRun }, context) {
    const { promote: promoteVersion } = await import('../../pipelines/promote.ts');
    const { writingLake } = await import('../../pipelines/workbench.ts');
    return withTracking(context, async (client) => {
      const result = await writingLake(context, 'pm promote', (bench) =>
        promoteVersion(bench, client, context, {
          version: version?.toString(),
          stage: stage as ModelStage,
          dryRun,
        }),
      );
      const verdicts = Object.entries(result.byComponent).map(
        ([component, verdict]) => `  ${component}: ${verdict}`,
      );
      const said = result.moved
        ? `Version ${result.version} of ${result.modelName} is in ${stage}: ${result.reason}.`
        : result.promote
          ? `Version ${result.version} of ${result.modelName} would be promoted to ${stage}: ${result.reason}.`
          : `Kept ${result.keptVersion === undefined ? 'none' : `version ${result.keptVersion}`} in ${stage}, not version ${result.version}: ${result.reason}.`;
      return { json: result, text: [said, ...verdicts].join('\n'), exitCode: result.promote ? 0 : 3 };
    });
  },
});
