import type { FeatureMatrix } from 'pm-core/features';
import { predict, type TreeEnsemble } from 'pm-core/forest';
import { exportOnnx } from 'pm-core/onnx';
import { certifyParity, matrixOfRows, sampleRows, summarizeFeatures } from 'pm-core/score';
import type { ModelPackageContent } from '../write-model-package.ts';

/** A package of a forest, as training would fill it; eight rows of the matrix are its example. */
export async function examplePackage(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
): Promise<ModelPackageContent> {
  const model = exportOnnx(ensemble);
  const example = matrixOfRows(sampleRows(matrix, 8, 42), matrix.featureNames);
  return {
    model,
    facts: {
      packageVersion: '0.1.0',
      featureNames: [...ensemble.featureNames],
      classes: [...ensemble.classes],
      thresholds: {},
      trainingInterval: { from: '2015-01-02T06:00:00', to: '2015-08-31T18:00:00' },
      predictionWindowHours: 168,
      features: summarizeFeatures(example),
      parity: await certifyParity(ensemble, model, { sample: matrix, seed: 42, maxRows: 200 }),
      config: { name: 'predictive-maintenance', model: { seed: 42 } },
    },
    example,
    expected: await predict(ensemble, example),
    identity: {
      // Ids that a careless YAML reader takes for numbers.
      runId: '01234567012345670123456701234567',
      modelUuid: '1234567890123456789012345678e567',
      createdAt: new Date('2026-01-02T03:04:05.678Z'),
    },
  };
}
