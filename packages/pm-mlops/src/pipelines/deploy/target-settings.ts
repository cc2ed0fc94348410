import { UserError } from 'pm-core';
import { z } from 'zod';
import { readBundle } from '../../jobs/bundle.ts';
import { bundleValues } from '../../jobs/bundle-values.ts';

/** Where things of ours are in the workspace of a target. */
export interface TargetSettings {
  readonly target: string;
  /** `/Workspace/…`: folder of what is deployed. */
  readonly rootPath: string;
  /** Path of the experiment. */
  readonly experiment: string;
  readonly secretScope: string;
  /** In the workspace registry, or with the three parts of a name in Unity Catalog. */
  readonly registeredModel: string;
  /** `catalog.schema` */
  readonly schema: string;
  /** `catalog.schema.volume` */
  readonly volume: string;
  /** `/Volumes/catalog/schema/volume` */
  readonly volumePath: string;
  /** The all-purpose cluster that jobs run on, by its id or else by its name; undefined where they bring their own. */
  readonly cluster: ClusterChoice | undefined;
}

export interface ClusterChoice {
  /** '' where it is known by its name. */
  readonly id: string;
  readonly name: string;
  readonly sparkVersion: string;
  readonly nodeTypeId: string;
}

const Variables = z.object({
  root_path: z.string(),
  experiment: z.string().startsWith('/'),
  secret_scope: z.string().regex(/^[\w@.-]{1,128}$/),
  registered_model: z.string().min(1),
  catalog: z.string().min(1),
  schema: z.string().min(1),
  volume: z.string().min(1),
  cluster_id: z.string().default(''),
  cluster_name: z.string().default(''),
  spark_version: z.string(),
  node_type_id: z.string(),
});

/**
 * The settings of a target: variables of `databricks.yml`, of which `BUNDLE_VAR_name` in the environment takes the place.
 * @throws UserError `unknown-target`, `target-setting`, `no-databricks-target`, `bad-job`
 */
export function targetSettings(
  root: string,
  target: string,
  { userName, environment }: { userName: string; environment: Readonly<Record<string, string | undefined>> },
): TargetSettings {
  const located = readBundle(root);
  const values = bundleValues(located, target, { user: userName, environment });
  const { bundle } = located;
  if (bundle.targets[target] === undefined) {
    throw new UserError('no-databricks-target', `The target '${target}' is not on Databricks.`, {
      next: `Choose one of ${Object.keys(bundle.targets).join(', ')} with --target.`,
    });
  }
  const names = Object.keys(Variables.shape).filter((name) => values.has(`var.${name}`));
  const variables = Object.fromEntries(names.map((name) => [name, values.get(`var.${name}`)]));
  const parsed = Variables.safeParse({
    ...variables,
    root_path: values.get('workspace.root_path'),
    experiment: variables.experiment || `/Users/${userName}/${bundle.bundle.name}`,
  });
  if (!parsed.success) throw badSetting(target, parsed.error);
  return settingsOf(target, parsed.data);
}

function settingsOf(target: string, values: z.infer<typeof Variables>): TargetSettings {
  const { root_path, experiment, secret_scope, registered_model, catalog, schema, volume } = values;
  const { cluster_id: id, cluster_name: name, spark_version, node_type_id } = values;
  return {
    target,
    rootPath: root_path,
    experiment,
    secretScope: secret_scope,
    registeredModel: registered_model,
    schema: `${catalog}.${schema}`,
    volume: `${catalog}.${schema}.${volume}`,
    volumePath: `/Volumes/${catalog}/${schema}/${volume}`,
    cluster:
      id === '' && name === ''
        ? undefined
        : { id, name, sparkVersion: spark_version, nodeTypeId: node_type_id },
  };
}

function badSetting(target: string, error: z.ZodError): UserError {
  const [issue] = error.issues;
  const name = issue?.path.join('.') ?? '';
  return new UserError('target-setting', `The variable '${name}' of target '${target}': ${issue?.message}.`, {
    next: `Give it under targets.${target}.variables of databricks.yml, or set BUNDLE_VAR_${name}.`,
  });
}
