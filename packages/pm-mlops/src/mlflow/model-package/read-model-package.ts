import { access, readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { parseJson, UserError } from 'pm-core';
import { z } from 'zod';
import { InputExample } from './input-example.ts';
import { type MlModel, parseMlModel } from './ml-model.ts';
import { PACKAGE_FILES } from './package-files.ts';
import { forestSignature, type Signature, SignatureColumn } from './signature.ts';
import { TrainingFacts } from './training-facts.ts';

/** A model directory that we can score with. */
export interface ModelPackage {
  readonly directory: string;
  readonly flavor: 'onnx';
  readonly modelPath: string;
  readonly signature: Signature;
  /** Undefined in a package that was not written by us. */
  readonly facts: TrainingFacts | undefined;
  readonly inputExample: InputExample | undefined;
  readonly mlModel: MlModel;
}

/** Numeric column types: what they hold goes into a float input. */
const NUMERIC = new Set(['double', 'float', 'long', 'integer']);

/**
 * Reads a model directory and checks that its parts fit together; the model itself is not loaded.
 * @throws UserError `not-a-model-package` where there is no readable MLmodel, `unsupported-model` with the reason for a flavor or
 * signature that we cannot run, `damaged-model-package` where a file is missing, malformed or contradicts another.
 */
export async function readModelPackage(directory: string): Promise<ModelPackage> {
  const mlModel = await readMlModel(directory);
  const modelPath = join(directory, onnxFile(mlModel, directory));
  await access(modelPath).catch((cause: unknown) => {
    throw damaged(directory, `${modelPath} is missing`, cause);
  });
  const signature = parseSignature(mlModel, directory);
  const facts = await readJson(directory, PACKAGE_FILES.facts, TrainingFacts);
  const examplePath = mlModel.saved_input_example_info?.artifact_path;
  const inputExample =
    examplePath === undefined ? undefined : await readJson(directory, examplePath, InputExample);
  if (facts !== undefined) checkFacts(facts, signature, directory);
  return { directory, flavor: 'onnx', modelPath, signature, facts, inputExample, mlModel };
}

async function readMlModel(directory: string): Promise<MlModel> {
  try {
    return parseMlModel(await readFile(join(directory, PACKAGE_FILES.mlModel), 'utf8'));
  } catch (cause) {
    throw new UserError(
      'not-a-model-package',
      `${directory} is not an MLflow model directory: its MLmodel file cannot be read (${reason(cause)})`,
      { cause },
    );
  }
}

/** The model's file, relative to the directory and inside it. */
function onnxFile({ flavors }: MlModel, directory: string): string {
  const onnx = z.object({ data: z.string() }).safeParse(flavors.onnx);
  if (!onnx.success) {
    const names = Object.keys(flavors).join(', ') || 'none';
    throw unsupported(directory, `its flavors are ${names}; without Python only onnx can be run`);
  }
  return insidePath(directory, onnx.data.data);
}

function insidePath(directory: string, path: string): string {
  const normal = normalize(path);
  if (!isAbsolute(normal) && !normal.startsWith('..')) return normal;
  throw damaged(directory, `it points to ${path}, which is outside of it`);
}

function parseSignature({ signature }: MlModel, directory: string): Signature {
  if (signature === null || signature === undefined) {
    throw unsupported(directory, 'it has no signature, so the order of its columns cannot be checked');
  }
  const parsed = z
    .object({ inputs: z.array(SignatureColumn).min(1), outputs: z.array(SignatureColumn) })
    .safeParse({ inputs: parseJson(signature.inputs), outputs: parseJson(signature.outputs ?? '[]') });
  if (!parsed.success) throw unsupported(directory, 'its signature does not consist of named columns');
  const other = parsed.data.inputs.find(({ type }) => !NUMERIC.has(type));
  if (other === undefined) return parsed.data;
  throw unsupported(directory, `its input ${other.name} is of type ${other.type}; only numbers are taken`);
}

/** A file of the directory; undefined where there is none. */
async function readJson<Type>(
  directory: string,
  name: string,
  type: z.ZodType<Type>,
): Promise<Type | undefined> {
  const path = join(directory, insidePath(directory, name));
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw damaged(directory, `${path} cannot be read (${error.message})`, error);
  });
  if (text === undefined) return undefined;
  try {
    return type.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(directory, `${name} is malformed (${reason(cause)})`, cause);
  }
}

function checkFacts({ featureNames, classes }: TrainingFacts, signature: Signature, directory: string): void {
  const expected = forestSignature(featureNames, classes);
  const names = ({ inputs, outputs }: Signature) =>
    JSON.stringify([...inputs, ...outputs].map((c) => c.name));
  if (names(expected) !== names(signature)) {
    throw damaged(directory, `${PACKAGE_FILES.facts} and the signature name different columns`);
  }
}

function unsupported(directory: string, why: string): UserError {
  return new UserError('unsupported-model', `the model in ${directory} cannot be run here: ${why}.`, {
    next: 'Log it with mlflow.onnx, one float input and a signature of named columns.',
  });
}

function damaged(directory: string, why: string, cause?: unknown): UserError {
  return new UserError('damaged-model-package', `the model in ${directory} is damaged: ${why}.`, {
    next: 'Download it again, or register it again.',
    cause,
  });
}

function reason(cause: unknown): string {
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  return cause instanceof Error ? cause.message : String(cause);
}
