import { ALGORITHMS, type Algorithm, withAlgorithm } from 'pm-core';
import { defineCommand } from '../command.ts';
import { withTracking } from './tracking.ts';

export const train = defineCommand({
  name: 'train',
  describe: 'label, split, fit, evaluate, log and register; the new version stands in Staging',
  examples: [
    ['train', "the workflow's own algorithm on all features"],
    ['train --algorithm decision-tree', 'one tree, for comparison'],
    [
      'train --algorithm gradient-boosting',
      "boosted trees with their defaults, or the workflow's if it names them",
    ],
  ],
  options: {
    algorithm: {
      type: 'string',
      choices: ALGORITHMS,
      describe: 'kind of model [from the workflow file]',
    },
    table: { type: 'string', default: 'features', describe: 'feature table to train on' },
  },
  async run({ algorithm, table }, context) {
    const { formatEvaluation } = await import('pm-core/metrics');
    const { train: trainModel } = await import('../../pipelines/train.ts');
    const { splitText } = await import('pm-core/split');
    const { verdictNotes } = await import('../../pipelines/training/training-steps.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    const { config } = context;
    const model =
      algorithm === undefined ? config.model : withAlgorithm(config.model, algorithm as Algorithm);
    const own = { ...context, config: { ...config, model } };
    return withTracking(own, async (client, location) => {
      const result = await writingLake(own, 'pm train', (bench) => trainModel(bench, client, own, { table }));
      const { split, evaluation, failuresByComponent, ...facts } = result;
      const modelUri = `models:/${facts.modelName}/${facts.modelVersion}`;
      const lines = [
        formatEvaluation(evaluation),
        ...verdictNotes(failuresByComponent, own.config.evaluate.minFailuresForVerdict),
        '',
        `Split: ${splitText(split)}.`,
        ...groupedNote(facts.metrics),
        `Run ${facts.trackingRunId} and version ${facts.modelVersion} of ${facts.modelName}, in Staging: ${location}`,
      ];
      return { json: { ...facts, modelUri, split, failuresByComponent, evaluation }, text: lines.join('\n') };
    });
  },
});

/** What is left of the figures without rows that repeat those of training; plain tables only. */
const groupedNote = ({ test_roc_auc_grouped: grouped }: Readonly<Record<string, number>>): string[] =>
  grouped === undefined
    ? []
    : [`ROC AUC where no test row has its like in training, by a second model: ${grouped.toFixed(4)}.`];
