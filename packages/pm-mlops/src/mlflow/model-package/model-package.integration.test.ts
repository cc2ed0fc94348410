import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from 'pm-core';
import type { Forest, TreeEnsemble } from 'pm-core/forest';
import { readEnsemble } from 'pm-core/onnx';
import { randomCalibration, randomEnsemble, randomMatrix } from 'pm-core/onnx/testing';
import { adversarialRows, matrixOfRows, openScorer, type Predictions, sampleRows } from 'pm-core/score';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forestSignature } from './signature.ts';
import { examplePackage } from './testing/example-package.ts';
import { writeModelPackage } from './write-model-package.ts';

/** What testing/read_model_package.py says of a package. */
interface PythonAnswer {
  readonly inputs: readonly [name: string, type: string, required: boolean][];
  readonly outputs: readonly [name: string, type: string][];
  readonly predictedColumns: readonly [name: string, dtype: string][];
  readonly exampleLabels: readonly number[];
  readonly missingColumn: string;
  readonly identity: readonly [runId: string, modelUuid: string, createdAt: string];
}

const ROWS = 10_000;
const FEATURES = 9;
const size = { depth: 7, featureCount: FEATURES, unitsPerLeaf: 1000 };
const threeClasses = ['none', 'comp1', 'comp2'];
const { unitsPerLeaf: _, ...trees } = randomEnsemble(seededRandom(15), {
  ...size,
  trees: 20,
  classes: threeClasses,
}) as Forest;
const forests: Record<string, TreeEnsemble> = {
  'a calibrated forest': {
    ...randomEnsemble(seededRandom(14), { ...size, trees: 30, classes: threeClasses }),
    calibration: randomCalibration(seededRandom(16), threeClasses),
  },
  'calibrated boosted trees': {
    ...trees,
    leafUnits: trees.leafUnits.map((units, at) => (at % 2 === 0 ? -units : units)),
    unitsPerOne: 4096,
    calibration: randomCalibration(seededRandom(17), threeClasses),
  },
  'five classes': randomEnsemble(seededRandom(11), {
    ...size,
    trees: 40,
    classes: ['none', 'comp1', 'comp2', 'comp3', 'comp4'],
  }),
  'two classes': randomEnsemble(seededRandom(12), { ...size, trees: 40, classes: ['0', '1'] }),
  'one leaf': randomEnsemble(seededRandom(13), { ...size, trees: 1, depth: 0, classes: ['0', '1'] }),
};

const python = pythonFor();
describe.skipIf(python === undefined)('a model package in Python (skipped without Python ≥ 3.11)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'model-package-python-'));
  const expected: Record<string, Predictions> = {};
  const answers: Record<string, PythonAnswer> = {};

  beforeAll(async () => {
    const names = Object.keys(forests);
    for (const name of names)
      expected[name] = await prepare(join(folder, name), forests[name] as TreeEnsemble);
    const script = join(import.meta.dirname, 'testing/read_model_package.py');
    const text = execFileSync(python as string, [script, ...names.map((name) => join(folder, name))], {
      encoding: 'utf8',
      env: {
        ...process.env,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_TRACKING_URI: `sqlite:///${folder}/mlflow.db`,
      },
    });
    const list = JSON.parse(text.trim().split('\n').at(-1) as string) as PythonAnswer[];
    names.forEach((name, index) => {
      answers[name] = list[index] as PythonAnswer;
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(Object.entries(forests))('of %s', (name, ensemble) => {
    it.each(['onnxruntime', 'pyfunc'])('gives through %s what it gives here, bit for bit', (reader) => {
      const stored = (part: string) => readFileSync(join(folder, name, `${reader}.${part}`));
      const { label, probabilities } = expected[name] as Predictions;
      expect(label.length).toBeGreaterThan(ROWS);
      expect(stored('label').equals(label)).toBe(true);
      expect(stored('probabilities').equals(new Uint8Array(probabilities.buffer))).toBe(true);
    });

    it('shows its signature', () => {
      const { inputs, outputs } = forestSignature(ensemble.featureNames, ensemble.classes);
      const answer = answers[name] as PythonAnswer;
      expect(answer.inputs).toEqual(inputs.map((column) => [column.name, column.type, true]));
      expect(answer.outputs).toEqual(outputs.map((column) => [column.name, column.type]));
      expect(answer.predictedColumns).toEqual(
        outputs.map((column, index) => [column.name, index === 0 ? 'int64' : 'float32']),
      );
    });

    it('keeps its ids and its time as texts', () => {
      expect(answers[name]?.identity).toEqual([
        '01234567012345670123456701234567',
        '1234567890123456789012345678e567',
        '2026-01-02 03:04:05.678000',
      ]);
    });

    it('predicts its input example, and refuses a table that lacks a column', () => {
      const answer = answers[name] as PythonAnswer;
      const facts = JSON.parse(readFileSync(join(folder, name, 'model/training-facts.json'), 'utf8'));
      expect(answer.exampleLabels).toEqual(facts.expectedPredictions.label);
      expect(answer.missingColumn).toMatch(/missing inputs \['f0'\]/);
    });

    it('can be read here after Python has saved it again', () => {
      expect(readEnsemble(readFileSync(join(folder, name, 'saved-again.onnx')))).toEqual(ensemble);
    });
  });

  /** Writes a package and rows, random and adversarial; returns what our own scorer says of the rows. */
  async function prepare(directory: string, ensemble: TreeEnsemble): Promise<Predictions> {
    const matrix = randomMatrix(seededRandom(21), ROWS, FEATURES);
    const real = sampleRows(matrix, ROWS, 0);
    const rows = [...real, ...adversarialRows(ensemble, real, { seed: 1, maxBranches: 500 })];
    mkdirSync(directory);
    writeFileSync(join(directory, 'rows.f32'), Float32Array.from(rows.flatMap((row) => [...row])));
    const example = matrixOfRows(
      real.slice(0, 50).map((row) => row.map(withoutInfinity)),
      matrix.featureNames,
    );
    await writeModelPackage(join(directory, 'model'), await examplePackage(ensemble, example));
    const scorer = await openScorer(join(directory, 'model/model.onnx'));
    const predictions = await scorer.score(matrixOfRows(rows, matrix.featureNames));
    await scorer.close();
    return predictions;
  }
});

function withoutInfinity(value: number): number {
  return Math.abs(value) === Number.POSITIVE_INFINITY ? Number.NaN : value;
}
