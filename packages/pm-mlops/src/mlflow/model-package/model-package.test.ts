import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from 'pm-core';
import { exportOnnx } from 'pm-core/onnx';
import { buildEnsemble, randomMatrix } from 'pm-core/onnx/testing';
import { matrixOfRows } from 'pm-core/score';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { digestModelPackage } from './digest-model-package.ts';
import { SERVING_REQUIREMENTS } from './environment-files.ts';
import { readModelPackage } from './read-model-package.ts';
import { smokeCheck } from './smoke-check.ts';
import { examplePackage } from './testing/example-package.ts';
import { type ModelPackageContent, writeModelPackage } from './write-model-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'model-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

const classes = ['none', 'comp1', 'comp2'];
const forest = buildEnsemble(
  [
    {
      feature: 0,
      threshold: 0.5,
      nullGoesLeft: true,
      left: { units: [4, 0, 0] },
      right: { units: [0, 3, 1] },
    },
    { feature: 2, threshold: -0.5, left: { units: [0, 1, 3] }, right: { units: [2, 2, 0] } },
  ],
  { featureCount: 3, classes },
);
const matrix = finite(randomMatrix(seededRandom(1), 300, 3));
const original = join(folder, 'original');
let content: ModelPackageContent;
beforeAll(async () => {
  content = await examplePackage(forest, matrix);
  await writeModelPackage(original, content);
});

/** Features are finite or null. */
function finite(source: ReturnType<typeof randomMatrix>): typeof source {
  for (const column of source.columns) {
    column.forEach((value, row) => {
      if (Math.abs(value) === Number.POSITIVE_INFINITY) column[row] = 7;
    });
  }
  return source;
}

/** A copy of the package in which one file is rewritten. */
function copyWith(name: string, file: string, rewrite: (text: string) => string): string {
  const directory = join(folder, name.replaceAll(/\W/g, '-'));
  cpSync(original, directory, { recursive: true });
  writeFileSync(join(directory, file), rewrite(readFileSync(join(directory, file), 'utf8')));
  return directory;
}

describe('writeModelPackage and readModelPackage', () => {
  it('write the files of an MLflow model directory', () => {
    expect(readdirSync(original).sort()).toEqual([
      'MLmodel',
      'conda.yaml',
      'input_example.json',
      'model.onnx',
      'python_env.yaml',
      'requirements.txt',
      'serving_input_example.json',
      'training-facts.json',
    ]);
  });

  it('give back the facts, the signature and the example', async () => {
    const modelPackage = await readModelPackage(original);
    expect(modelPackage.facts).toMatchObject(content.facts);
    expect(modelPackage.signature.inputs).toEqual(
      ['f0', 'f1', 'f2'].map((name) => ({ type: 'double', name, required: true })),
    );
    expect(modelPackage.signature.outputs.map(({ type, name }) => `${name} ${type}`)).toEqual([
      'label long',
      'probability_none float',
      'probability_comp1 float',
      'probability_comp2 float',
    ]);
    expect(modelPackage.inputExample?.data).toHaveLength(8);
    expect(modelPackage.inputExample?.data.flat()).toContain(null);
    expect(modelPackage.mlModel).toMatchObject({
      run_id: content.identity.runId,
      model_uuid: content.identity.modelUuid,
      utc_time_created: '2026-01-02 03:04:05.678000',
    });
  });

  it('let a logged model give its id to the model', async () => {
    const directory = join(folder, 'logged');
    const identity = {
      ...content.identity,
      modelId: 'm-0123',
      artifactPath: 'mlflow-artifacts:/1/models/m-0123/artifacts',
    };
    await writeModelPackage(directory, { ...content, identity });
    expect(parse(readFileSync(join(directory, 'MLmodel'), 'utf8'))).toMatchObject({
      model_id: 'm-0123',
      model_uuid: 'm-0123',
      artifact_path: identity.artifactPath,
    });
  });

  it('refuse an example that JSON cannot hold', async () => {
    const example = matrixOfRows([[Number.POSITIVE_INFINITY, 0, 0]], matrix.featureNames);
    await expect(writeModelPackage(join(folder, 'infinite'), { ...content, example })).rejects.toThrow(
      'feature f0 of example row 0 is infinite',
    );
  });

  it('take an MLmodel in JSON, and one without our facts', async () => {
    const directory = copyWith('json', 'MLmodel', (text) => JSON.stringify(parse(text)));
    rmSync(join(directory, 'training-facts.json'));
    expect(await readModelPackage(directory)).toMatchObject({ flavor: 'onnx', facts: undefined });
  });

  it.each<[string, string, (text: string) => string, string, RegExp]>([
    [
      'a flavor that needs Python',
      'MLmodel',
      (text) => text.replace('  onnx:', '  sklearn:'),
      'unsupported-model',
      /flavors are sklearn, python_function; without Python only onnx/,
    ],
    [
      'no signature',
      'MLmodel',
      (text) => text.replace('signature:', 'other:'),
      'unsupported-model',
      /has no signature/,
    ],
    [
      'a tensor signature',
      'MLmodel',
      (text) =>
        JSON.stringify({
          ...parse(text),
          signature: { inputs: '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,3]}}]' },
        }),
      'unsupported-model',
      /named columns/,
    ],
    [
      'a text column',
      'MLmodel',
      (text) => text.replace('"double"', '"string"'),
      'unsupported-model',
      /f0 is of type string/,
    ],
    [
      'a path out of the directory',
      'MLmodel',
      (text) => text.replaceAll('model.onnx', '../../secret'),
      'damaged-model-package',
      /outside of it/,
    ],
    [
      'a model that is not there',
      'MLmodel',
      (text) => text.replaceAll('model.onnx', 'gone.onnx'),
      'damaged-model-package',
      /gone\.onnx is missing/,
    ],
    [
      'an MLmodel that is a web page',
      'MLmodel',
      () => '<!DOCTYPE html><html>',
      'not-a-model-package',
      /MLmodel file cannot be read/,
    ],
    [
      'facts of another format',
      'training-facts.json',
      (text) => text.replace('"formatVersion": 1', '"formatVersion": 2'),
      'damaged-model-package',
      /formatVersion/,
    ],
    [
      'facts of another model',
      'training-facts.json',
      (text) => text.replace('"f1"', '"f9"'),
      'damaged-model-package',
      /name different columns/,
    ],
    [
      'half of an example',
      'input_example.json',
      (text) => text.slice(0, 40),
      'damaged-model-package',
      /input_example\.json is malformed/,
    ],
  ])('refuse %s', async (name, file, rewrite, code, message) => {
    await expect(readModelPackage(copyWith(name, file, rewrite))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('refuse a directory without an MLmodel', async () => {
    await expect(readModelPackage(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'not-a-model-package',
    });
  });
});

describe('smokeCheck', () => {
  it('passes what was written, with no difference at all', async () => {
    expect(await smokeCheck(original)).toEqual({ rows: 8, maxProbabilityDifference: 0 });
  });

  it('refuses another model in the same clothes', async () => {
    const directory = copyWith('swapped', 'requirements.txt', (text) => text);
    writeFileSync(
      join(directory, 'model.onnx'),
      exportOnnx({ ...forest, threshold: forest.threshold.map(() => 1e9) }),
    );
    await expect(smokeCheck(directory)).rejects.toMatchObject({ code: 'smoke-check-failed' });
  });

  it('refuses a model that does not load', async () => {
    const directory = copyWith('cut', 'model.onnx', (text) => text.slice(0, 50));
    await expect(smokeCheck(directory)).rejects.toMatchObject({ code: 'unreadable-model' });
  });

  it('refuses stored predictions that are a little off, or not there', async () => {
    const off = copyWith('off', 'training-facts.json', (text) => {
      const facts = JSON.parse(text);
      facts.expectedPredictions.probabilities[3][1] += 2e-6;
      return JSON.stringify(facts);
    });
    await expect(smokeCheck(off)).rejects.toThrow(/a probability differs by/);
    const label = copyWith('label', 'training-facts.json', (text) => {
      const facts = JSON.parse(text);
      facts.expectedPredictions.label[7] = (facts.expectedPredictions.label[7] + 1) % 3;
      return JSON.stringify(facts);
    });
    await expect(smokeCheck(label)).rejects.toThrow(/row 7 of its input example gets label/);
    const without = copyWith('without', 'requirements.txt', (text) => text);
    rmSync(join(without, 'training-facts.json'));
    await expect(smokeCheck(without)).rejects.toThrow(/no input example with stored predictions/);
  });
});

describe('digestModelPackage', () => {
  it('is equal for the same training with other ids and at another time, and says which file changed', async () => {
    const again = join(folder, 'again');
    const identity = { runId: 'another', modelUuid: 'another', createdAt: new Date(0) };
    await writeModelPackage(again, { ...(await examplePackage(forest, matrix)), identity });
    const [first, second] = [await digestModelPackage(original), await digestModelPackage(again)];
    expect(second.content).toBe(first.content);
    expect(second.model).toBe(first.model);
    expect(second.files.MLmodel).not.toBe(first.files.MLmodel);
    appendFileSync(join(again, 'requirements.txt'), 'more\n');
    const changed = await digestModelPackage(again);
    expect(changed.content).not.toBe(first.content);
    expect(changed.model).toBe(first.model);
  });
});

it('pins for serving what the integration tests run', () => {
  const pinned = readFileSync(
    join(import.meta.dirname, '../../../../../tools/python/requirements.txt'),
    'utf8',
  ).split('\n');
  expect(pinned).toEqual(expect.arrayContaining([...SERVING_REQUIREMENTS]));
});
