import { stringify } from 'yaml';
import { PACKAGE_FILES } from './package-files.ts';

/** The MLflow whose file layout we write. */
export const MLFLOW_VERSION = '3.17.2';
export const ONNX_VERSION = '1.23.2';
/** A minor version: MLflow's environment managers take its newest patch. */
export const PYTHON_VERSION = '3.11';

/** What Python needs to serve the model, at the versions that the integration tests run; pandas 3 breaks MLflow's ONNX wrapper. */
export const SERVING_REQUIREMENTS = [
  `mlflow==${MLFLOW_VERSION}`,
  'numpy==2.4.6',
  `onnx==${ONNX_VERSION}`,
  'onnxruntime==1.31.1',
  'pandas==2.3.3',
] as const;

/** The three files, by name, from which MLflow, Databricks and Azure ML build a serving environment. */
export function environmentFiles(): Record<string, string> {
  const conda = {
    channels: ['conda-forge'],
    dependencies: [`python=${PYTHON_VERSION}`, 'pip', { pip: [...SERVING_REQUIREMENTS] }],
    name: 'mlflow-env',
  };
  const pythonEnv = {
    python: PYTHON_VERSION,
    build_dependencies: ['pip', 'setuptools', 'wheel'],
    dependencies: [`-r ${PACKAGE_FILES.requirements}`],
  };
  return {
    [PACKAGE_FILES.requirements]: `${SERVING_REQUIREMENTS.join('\n')}\n`,
    [PACKAGE_FILES.conda]: stringify(conda),
    [PACKAGE_FILES.pythonEnv]: stringify(pythonEnv),
  };
}
