/** Names of the files of a model package, as MLflow has them, and of our own. */
export const PACKAGE_FILES = {
  mlModel: 'MLmodel',
  model: 'model.onnx',
  requirements: 'requirements.txt',
  conda: 'conda.yaml',
  pythonEnv: 'python_env.yaml',
  inputExample: 'input_example.json',
  servingInputExample: 'serving_input_example.json',
  facts: 'training-facts.json',
} as const;
