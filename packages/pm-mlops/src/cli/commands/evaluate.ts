import { countText } from 'pm-core';
import { defineCommand } from '../command.ts';
import { withTracking } from './tracking.ts';

export const evaluate = defineCommand({
  name: 'evaluate',
  describe: 'metrics of a registered model on labelled rows of the lake',
  examples: [
    ['evaluate', 'the version in Staging on the rows it was not trained on'],
    [
      'evaluate --model models:/predictive-maintenance@champion --from 2015-11-01',
      'the champion on the last weeks',
    ],
  ],
  options: {
    model: {
      type: 'string',
      describe: 'models:/NAME/STAGE, models:/NAME/VERSION or models:/NAME@ALIAS [Staging, else Production]',
    },
    table: { type: 'string', default: 'features', describe: 'feature table whose rows are labelled' },
    from: { type: 'timestamp', describe: "first cutoff [where the model's test rows begin]" },
    to: { type: 'timestamp', describe: 'last cutoff' },
  },
  async run({ model, table, from, to }, context) {
    const { formatEvaluation, evaluationMetrics } = await import('pm-core/metrics');
    const { evaluateModel } = await import('../../pipelines/evaluate.ts');
    const { verdictNotes } = await import('../../pipelines/training/training-steps.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    return withTracking(context, async (client) => {
      const result = await writingLake(context, 'pm evaluate', (bench) =>
        evaluateModel(bench, client, context, { modelUri: model, table, from, to }),
      );
      const { evaluation, failuresByComponent } = result;
      const title = `${result.modelName} version ${result.modelVersion} on ${result.from === undefined ? `${countText(evaluation.rowCount)} labelled rows` : `rows from ${result.from}`}`;
      const notes = verdictNotes(failuresByComponent, context.config.evaluate.minFailuresForVerdict);
      return {
        json: { ...result, metrics: evaluationMetrics(evaluation, 'test_') },
        text: [title, '', formatEvaluation(evaluation), ...notes].join('\n'),
      };
    });
  },
});
