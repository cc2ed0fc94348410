import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeatureMatrix } from 'pm-core/features';
import { type Predictions, selectFeatures } from 'pm-core/score';
import { environmentFiles } from './environment-files.ts';
import { exampleOf } from './input-example.ts';
import { formatMlModel, type PackageIdentity } from './ml-model.ts';
import { PACKAGE_FILES } from './package-files.ts';
import { forestSignature } from './signature.ts';
import { TrainingFacts } from './training-facts.ts';

export interface ModelPackageContent {
  /** Bytes of model.onnx. */
  readonly model: Uint8Array;
  readonly facts: Omit<TrainingFacts, 'formatVersion' | 'expectedPredictions'>;
  /** A few rows, with their features in any order. */
  readonly example: FeatureMatrix;
  /** What the forest itself, not the exported model, says of them. */
  readonly expected: Predictions;
  readonly identity: PackageIdentity;
}

/**
 * Writes a standard MLflow model directory (flavors onnx and python_function), made if it is not there. Only MLmodel has ids and
 * times in it: all other files depend on data, seed and configuration alone.
 * @throws z.ZodError for facts that could not be read back, and UserError `missing-columns` for an example without a feature.
 */
export async function writeModelPackage(directory: string, content: ModelPackageContent): Promise<void> {
  const { featureNames, classes } = content.facts;
  const facts = TrainingFacts.parse({
    formatVersion: 1,
    ...content.facts,
    expectedPredictions: expectedPredictions(content.expected, classes.length),
  });
  const example = exampleOf(selectFeatures(content.example, featureNames, 'the input example'));
  const files = {
    [PACKAGE_FILES.mlModel]: formatMlModel(forestSignature(featureNames, classes), content.identity),
    [PACKAGE_FILES.model]: content.model,
    ...environmentFiles(),
    [PACKAGE_FILES.inputExample]: json(example),
    [PACKAGE_FILES.servingInputExample]: json({ dataframe_split: example }),
    [PACKAGE_FILES.facts]: json(facts),
  };
  await mkdir(directory, { recursive: true });
  for (const [name, data] of Object.entries(files)) await writeFile(join(directory, name), data);
}

function expectedPredictions(
  { label, probabilities }: Predictions,
  classCount: number,
): TrainingFacts['expectedPredictions'] {
  return {
    label: [...label],
    probabilities: Array.from(label, (_, row) => [
      ...probabilities.subarray(row * classCount, (row + 1) * classCount),
    ]),
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
