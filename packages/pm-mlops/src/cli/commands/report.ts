import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { replaceFile } from '../replace-file.ts';
import { withTracking } from './tracking.ts';

export const reportEvaluation = defineCommand({
  name: 'report evaluation',
  describe: 'a page on how well a registered model does on labelled rows that it was not trained on',
  examples: [
    ['report evaluation', 'the version in Staging, in evaluation-report.html'],
    [
      'report evaluation --model models:/predictive-maintenance@champion --output champion.html',
      'the champion on the rows of today',
    ],
  ],
  options: {
    model: {
      type: 'string',
      describe: 'models:/NAME/STAGE, models:/NAME/VERSION or models:/NAME@ALIAS [Staging, else Production]',
    },
    output: { type: 'string', default: 'evaluation-report.html', describe: 'HTML file; replaced if there' },
    table: { type: 'string', default: 'features', describe: 'feature table whose rows are labelled' },
  },
  async run({ model, output, table }, context) {
    const { reportStoredModel } = await import('../../pipelines/report-stored.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    const path = resolve(context.cwd, output);
    return withTracking(context, async (client) => {
      const { html, modelName, modelVersion } = await writingLake(context, 'pm report evaluation', (bench) =>
        reportStoredModel(bench, client, context, { modelUri: model, table }),
      );
      await replaceFile(path, html);
      return {
        json: { modelName, modelVersion, output: path },
        text: `Report on ${modelName} version ${modelVersion} in ${path}`,
      };
    });
  },
});
