import type { WorkflowConfig } from 'pm-core';
import { predict, type TreeEnsemble } from 'pm-core/forest';
import type { FeatureSummary, ParityCertificate } from 'pm-core/score';
import packageJson from '../../../package.json' with { type: 'json' };
import type { FleetCostReport } from '../../report/index.ts';
import type { PipelineContext } from '../base/context.ts';
import { registeredModelName } from '../base/names.ts';
import { FIGURE_TAGS } from '../training/compared-figure.ts';
import { thresholdsOf } from '../training/cost-figures.ts';
import { selectMatrixRows } from '../training/select-rows.ts';
import type { TrainingData } from '../training/training-data.ts';
import { interval } from '../training/training-run.ts';
import type { Publication } from './publish-model.ts';

/** Test rows that come with the model as its input example. */
const EXAMPLE_ROWS = 5;

export interface TrainedModel {
  readonly data: TrainingData;
  /** Of the training rows. */
  readonly trainingFeatures: Readonly<Record<string, FeatureSummary>>;
  readonly ensemble: TreeEnsemble;
  /** Bytes of model.onnx. */
  readonly model: Uint8Array;
  readonly parity: ParityCertificate;
  readonly metrics: Readonly<Record<string, number>>;
  readonly costs: FleetCostReport | undefined;
}

/** All that goes with a model into the registry: package, description, tags. */
export async function describeModel(
  context: PipelineContext,
  { data, trainingFeatures, ensemble, model, parity, metrics, costs }: TrainedModel,
): Promise<Publication> {
  const { config } = context;
  const { description, train, test } = data;
  const example = selectMatrixRows(test.matrix, spread(test.matrix.rowCount, EXAMPLE_ROWS));
  const thresholds = thresholdsOf(costs);
  return {
    modelName: registeredModelName(context),
    description: `${description.summary}${headline(config, metrics)}.`,
    tags: {
      ...description.versionTags,
      'pm.parity_certificate': JSON.stringify(parity),
      ...Object.fromEntries(
        Object.entries(thresholds).map(([name, threshold]) => [`pm.threshold_${name}`, String(threshold)]),
      ),
      ...Object.fromEntries(
        Object.values(FIGURE_TAGS)
          .filter(({ metric }) => metrics[metric] !== undefined)
          .map(({ tag, metric }) => [tag, String(metrics[metric])]),
      ),
    },
    content: {
      model,
      example,
      expected: await predict(ensemble, example),
      facts: {
        packageVersion: packageJson.version,
        featureNames: [...ensemble.featureNames],
        classes: [...ensemble.classes],
        thresholds,
        trainingInterval: interval(train) ?? null,
        predictionWindowHours: config.kind === 'fleet' ? config.predictionWindowHours : null,
        features: trainingFeatures,
        parity,
        config,
      },
    },
  };
}

/** The figure that people ask for first. */
function headline(
  { kind }: WorkflowConfig,
  { test_macro_f1: macroF1, test_roc_auc: auc }: TrainedModel['metrics'],
) {
  if (kind === 'tabular') return auc === undefined ? '' : `: ROC AUC ${auc.toFixed(4)}`;
  return macroF1 === undefined ? '' : `: macro F1 ${macroF1.toFixed(4)} over the components`;
}

/** Up to `wanted` places spread evenly over `rowCount`, the first included. */
const spread = (rowCount: number, wanted: number): Int32Array =>
  Int32Array.from({ length: Math.min(wanted, rowCount) }, (_, i) => Math.floor((i * rowCount) / wanted));
