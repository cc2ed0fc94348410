import { predict, type TreeEnsemble } from 'pm-core/forest';
import { describeOrigin, type Manifest } from 'pm-core/lake';
import { type ParityCertificate, summarizeFeatures } from 'pm-core/score';
import packageJson from '../../package.json' with { type: 'json' };
import type { PipelineContext } from './context.ts';
import type { Publication } from './publish-model.ts';
import { selectMatrixRows } from './select-rows.ts';
import type { TrainingData } from './training-data.ts';
import { interval } from './training-run.ts';
import type { Workbench } from './workbench.ts';

/** Test rows that come with the model as its input example. */
const EXAMPLE_ROWS = 5;

/** Tag of a version: where its training rows came from, as {@link fleetOf} says it. */
export const FLEET_TAG = 'pm.fleet';

export interface TrainedModel {
  readonly data: TrainingData;
  readonly ensemble: TreeEnsemble;
  /** Bytes of model.onnx. */
  readonly model: Uint8Array;
  readonly parity: ParityCertificate;
  readonly metrics: Readonly<Record<string, number>>;
}

/** All that goes with a model into the registry: package, description, tags. */
export async function describeModel(
  { lake }: Workbench,
  { config }: PipelineContext,
  { data, ensemble, model, parity, metrics }: TrainedModel,
): Promise<Publication> {
  const { split, train, test } = data;
  const example = selectMatrixRows(test.matrix, spread(test.matrix.rowCount, EXAMPLE_ROWS));
  const macroF1 = metrics.test_macro_f1;
  return {
    modelName: config.name,
    description:
      `Which component fails in the next ${config.predictionWindowHours} h. Trained until ${split.trainUntil}, ` +
      `tested from ${split.testFrom}${macroF1 === undefined ? '' : `: macro F1 ${macroF1.toFixed(4)} over the components`}.`,
    tags: {
      'pm.train_until': split.trainUntil,
      'pm.test_from': split.testFrom,
      'pm.prediction_window_hours': String(config.predictionWindowHours),
      'pm.parity_certificate': JSON.stringify(parity),
      ...(macroF1 === undefined ? {} : { 'pm.test_macro_f1': String(macroF1) }),
      [FLEET_TAG]: fleetOf(lake.manifest),
    },
    content: {
      model,
      example,
      expected: await predict(ensemble, example),
      facts: {
        packageVersion: packageJson.version,
        featureNames: [...ensemble.featureNames],
        classes: [...ensemble.classes],
        thresholds: {},
        trainingInterval: interval(train),
        predictionWindowHours: config.predictionWindowHours,
        features: summarizeFeatures(train.matrix),
        parity,
        config,
      },
    },
  };
}

/**
 * Whose rows a lake holds. Simulated fleets of one seed share their machines whatever their number and hours, so these
 * do not count.
 */
export function fleetOf({ origin, appended }: Manifest): string {
  const names = [origin, ...appended].map((one) => {
    if (one?.kind !== 'simulator') return one === null ? 'nothing' : describeOrigin(one!);
    const { machines: _machines, hours: _hours, ...identity } = one.arguments;
    return describeOrigin({ kind: 'simulator', arguments: identity });
  });
  return names.join(' + ');
}

/** Up to `wanted` places spread evenly over `rowCount`, the first included. */
const spread = (rowCount: number, wanted: number): Int32Array =>
  Int32Array.from({ length: Math.min(wanted, rowCount) }, (_, i) => Math.floor((i * rowCount) / wanted));
