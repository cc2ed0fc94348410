import { z } from 'zod';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

const Resources = z.strictObject({
  /** Here as fields to merge; `Job` judges the result. */
  jobs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  experiments: z.record(z.string(), z.unknown()).optional(),
  models: z.record(z.string(), z.unknown()).optional(),
  registered_models: z.record(z.string(), z.unknown()).optional(),
  schemas: z.record(z.string(), z.unknown()).optional(),
  secret_scopes: z.record(z.string(), z.unknown()).optional(),
  volumes: z.record(z.string(), z.unknown()).optional(),
});

export const Variable = z.strictObject({
  description: z.string().optional(),
  /** Of a variable whose value is a map or a list. */
  type: z.literal('complex').optional(),
  default: z.unknown().optional(),
});
export type Variable = z.infer<typeof Variable>;

const Workspace = z.strictObject({
  host: z.string().optional(),
  profile: z.string().optional(),
  root_path: z.string().optional(),
  file_path: z.string().optional(),
});

const Target = z.strictObject({
  mode: z.enum(['development', 'production']).optional(),
  default: z.boolean().optional(),
  workspace: Workspace.optional(),
  variables: z.record(z.string(), z.unknown()).default({}),
  resources: Resources.optional(),
  presets: z.strictObject({ name_prefix: z.string().optional() }).optional(),
});
export type Target = z.infer<typeof Target>;

/** What we use of `databricks.yml`, the root of a Databricks bundle. */
export const Bundle = z.strictObject({
  bundle: z.strictObject({ name: z.string() }),
  include: z.array(z.string()).default([]),
  workspace: Workspace.optional(),
  variables: z.record(z.string(), Variable).default({}),
  /** Jobs stand in files of their own, see `include`. */
  resources: Resources.omit({ jobs: true }).optional(),
  targets: z.record(z.string(), Target),
});
export type Bundle = z.infer<typeof Bundle>;
