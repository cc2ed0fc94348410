import type { PipelineContext } from './context.ts';

type Named = Pick<PipelineContext, 'config' | 'environment'>;

/**
 * The experiment that runs are logged to: MLFLOW_EXPERIMENT_NAME, MLflow's own convention, else named as the workflow. On
 * Databricks it is an absolute path, such as `/Shared/predictive-maintenance`.
 */
export const experimentName = ({ config, environment }: Named): string =>
  environment.MLFLOW_EXPERIMENT_NAME || config.name;

/**
 * The registered model of the workflow, which has its name; in Unity Catalog in the schema of PM_REGISTERED_MODEL
 * (`catalog.schema.name`, what `pm deploy` made). A workflow of another name has its own model in that schema; `_` stands
 * for what names there may not have.
 */
export function registeredModelName({ config, environment }: Named): string {
  const [, schema] = /^([^.]+\.[^.]+)\.[^.]+$/.exec(environment.PM_REGISTERED_MODEL ?? '') ?? [];
  return schema === undefined ? config.name : `${schema}.${config.name.replaceAll(/[. ]/g, '_')}`;
}
