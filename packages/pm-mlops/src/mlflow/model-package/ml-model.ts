import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { MLFLOW_VERSION, ONNX_VERSION, PYTHON_VERSION } from './environment-files.ts';
import { PACKAGE_FILES } from './package-files.ts';
import type { Signature } from './signature.ts';

/** What is new in each package, however equal its content: all of it stands in the MLmodel file alone. */
export interface PackageIdentity {
  /** The tracking run that trained the model. */
  readonly runId: string;
  /** MLflow 3's logged model, where the server has them. */
  readonly modelId?: string;
  /** 32 hex digits of a fresh uuid; a logged model's id takes its place. */
  readonly modelUuid: string;
  readonly createdAt: Date;
  /** Where the directory will stand, as MLflow says it: `model` below a run, or a logged model's artifact URI. */
  readonly artifactPath?: string;
}

/** The part of an MLmodel file that we read; YAML, or JSON, which is YAML. */
export const MlModel = z.object({
  flavors: z.record(z.string(), z.unknown()),
  signature: z.object({ inputs: z.string(), outputs: z.string().nullish() }).nullish(),
  run_id: z.string().nullish(),
  model_id: z.string().nullish(),
  model_uuid: z.string().nullish(),
  mlflow_version: z.string().nullish(),
  utc_time_created: z.string().nullish(),
  saved_input_example_info: z.object({ artifact_path: z.string() }).nullish(),
});
export type MlModel = z.infer<typeof MlModel>;

/** @throws z.ZodError, or a YAML error, for a text that is not an MLmodel file. */
export function parseMlModel(text: string): MlModel {
  return MlModel.parse(parse(text));
}

/** All texts in quotes: Python reads YAML 1.1, in which a bare instant is a date. */
const YAML_FORMAT = { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN', lineWidth: 0 } as const;

/** Text of the MLmodel file of a forest. */
export function formatMlModel(signature: Signature, identity: PackageIdentity): string {
  const { runId, modelId, modelUuid, createdAt, artifactPath } = identity;
  return stringify(
    {
      ...(artifactPath === undefined ? {} : { artifact_path: artifactPath }),
      flavors: {
        onnx: {
          code: null,
          data: PACKAGE_FILES.model,
          onnx_session_options: null,
          onnx_version: ONNX_VERSION,
          // MLflow's default asks for CUDA first and warns on every machine that has none.
          providers: ['CPUExecutionProvider'],
        },
        python_function: {
          data: PACKAGE_FILES.model,
          env: { conda: PACKAGE_FILES.conda, virtualenv: PACKAGE_FILES.pythonEnv },
          loader_module: 'mlflow.onnx',
          python_version: PYTHON_VERSION,
        },
      },
      mlflow_version: MLFLOW_VERSION,
      ...(modelId === undefined ? {} : { model_id: modelId }),
      model_uuid: modelId ?? modelUuid,
      run_id: runId,
      saved_input_example_info: {
        artifact_path: PACKAGE_FILES.inputExample,
        pandas_orient: 'split',
        serving_input_path: PACKAGE_FILES.servingInputExample,
        type: 'dataframe',
      },
      signature: {
        inputs: JSON.stringify(signature.inputs),
        outputs: JSON.stringify(signature.outputs),
        params: null,
      },
      utc_time_created: createdAt.toISOString().replace('T', ' ').replace('Z', '000'),
    },
    YAML_FORMAT,
  );
}
