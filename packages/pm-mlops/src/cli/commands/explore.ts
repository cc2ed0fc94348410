import { resolve } from 'node:path';
import type { Stage } from '../../pipelines/explore/explore.ts';
import { defineCommand } from '../command.ts';
import { replaceFile } from '../replace-file.ts';
import { withTracking } from './tracking.ts';

export const reportExplore = defineCommand({
  name: 'report explore',
  describe: 'a page to look around in: raw rows, features and labels, the model, predictions',
  examples: [
    ['report explore', 'all that there is, in exploration.html'],
    ['report explore --stage telemetry --output telemetry.html', 'the raw tables alone'],
    ['report explore --config config/wine-quality.yaml --stage samples', 'the rows of a plain table'],
  ],
  options: {
    stage: {
      type: 'string',
      choices: ['telemetry', 'features', 'samples', 'model', 'predictions'],
      describe: 'what to look at: samples of a plain table, the others of a fleet [all]',
    },
    output: { type: 'string', default: 'exploration.html', describe: 'HTML file; replaced if there' },
  },
  async run({ stage, output }, context) {
    const { explore } = await import('../../pipelines/explore/explore.ts');
    const path = resolve(context.cwd, output);
    return withTracking(context, async (client) => {
      const { html, stages } = await explore(client, context, stage as Stage | undefined);
      await replaceFile(path, html);
      return {
        json: { workflow: context.config.name, stages, output: path },
        text: `${context.config.name}: ${stages.join(', ') || 'nothing yet'}, in ${path}`,
      };
    });
  },
});
