import { z } from 'zod';

/** What a job says of its compute: clusters made for a run, serverless environments, libraries. */

const Texts = z.array(z.string());
const TextMap = z.record(z.string(), z.string());
const Count = z.int().nonnegative();
const Destination = z.strictObject({ destination: z.string() });
const S3Destination = z.strictObject({
  destination: z.string(),
  region: z.string().optional(),
  endpoint: z.string().optional(),
  enable_encryption: z.boolean().optional(),
  encryption_type: z.string().optional(),
  kms_key: z.string().optional(),
  canned_acl: z.string().optional(),
});

const AwsAttributes = z.strictObject({
  availability: z.enum(['SPOT', 'ON_DEMAND', 'SPOT_WITH_FALLBACK']).optional(),
  ebs_volume_count: Count.optional(),
  ebs_volume_iops: Count.optional(),
  ebs_volume_size: Count.optional(),
  ebs_volume_throughput: Count.optional(),
  ebs_volume_type: z.enum(['GENERAL_PURPOSE_SSD', 'THROUGHPUT_OPTIMIZED_HDD']).optional(),
  first_on_demand: Count.optional(),
  instance_profile_arn: z.string().optional(),
  spot_bid_price_percent: Count.optional(),
  zone_id: z.string().optional(),
});

const AzureAttributes = z.strictObject({
  availability: z.enum(['SPOT_AZURE', 'ON_DEMAND_AZURE', 'SPOT_WITH_FALLBACK_AZURE']).optional(),
  first_on_demand: Count.optional(),
  log_analytics_info: z
    .strictObject({
      log_analytics_primary_key: z.string().optional(),
      log_analytics_workspace_id: z.string().optional(),
    })
    .optional(),
  /** −1: up to the price on demand. */
  spot_bid_max_price: z.number().optional(),
});

const GcpAttributes = z.strictObject({
  availability: z.enum(['PREEMPTIBLE_GCP', 'ON_DEMAND_GCP', 'PREEMPTIBLE_WITH_FALLBACK_GCP']).optional(),
  boot_disk_size: Count.optional(),
  first_on_demand: Count.optional(),
  google_service_account: z.string().optional(),
  local_ssd_count: Count.optional(),
  use_preemptible_executors: z.boolean().optional(),
  zone_id: z.string().optional(),
});

const InitScript = z.strictObject({
  abfss: Destination.optional(),
  dbfs: Destination.optional(),
  file: Destination.optional(),
  gcs: Destination.optional(),
  s3: S3Destination.optional(),
  volumes: Destination.optional(),
  workspace: Destination.optional(),
});

/** A cluster that is made for a run and ends with it. */
export const NewCluster = z.strictObject({
  spark_version: z.string(),
  node_type_id: z.string().optional(),
  driver_node_type_id: z.string().optional(),
  num_workers: Count.optional(),
  autoscale: z.strictObject({ min_workers: Count, max_workers: Count }).optional(),
  apply_policy_default_values: z.boolean().optional(),
  autotermination_minutes: Count.optional(),
  aws_attributes: AwsAttributes.optional(),
  azure_attributes: AzureAttributes.optional(),
  gcp_attributes: GcpAttributes.optional(),
  cluster_log_conf: z
    .strictObject({
      dbfs: Destination.optional(),
      s3: S3Destination.optional(),
      volumes: Destination.optional(),
    })
    .optional(),
  cluster_name: z.string().optional(),
  custom_tags: TextMap.optional(),
  data_security_mode: z
    .enum([
      'NONE',
      'SINGLE_USER',
      'USER_ISOLATION',
      'LEGACY_TABLE_ACL',
      'LEGACY_PASSTHROUGH',
      'LEGACY_SINGLE_USER',
      'LEGACY_SINGLE_USER_STANDARD',
      'DATA_SECURITY_MODE_STANDARD',
      'DATA_SECURITY_MODE_DEDICATED',
      'DATA_SECURITY_MODE_AUTO',
    ])
    .optional(),
  docker_image: z
    .strictObject({
      url: z.string().optional(),
      basic_auth: z
        .strictObject({ username: z.string().optional(), password: z.string().optional() })
        .optional(),
    })
    .optional(),
  driver_instance_pool_id: z.string().optional(),
  enable_elastic_disk: z.boolean().optional(),
  enable_local_disk_encryption: z.boolean().optional(),
  init_scripts: z.array(InitScript).optional(),
  instance_pool_id: z.string().optional(),
  is_single_node: z.boolean().optional(),
  kind: z.literal('CLASSIC_PREVIEW').optional(),
  policy_id: z.string().optional(),
  runtime_engine: z.enum(['NULL', 'STANDARD', 'PHOTON']).optional(),
  single_user_name: z.string().optional(),
  spark_conf: TextMap.optional(),
  spark_env_vars: TextMap.optional(),
  ssh_public_keys: Texts.optional(),
  use_ml_runtime: z.boolean().optional(),
  workload_type: z
    .strictObject({
      clients: z.strictObject({ jobs: z.boolean().optional(), notebooks: z.boolean().optional() }),
    })
    .optional(),
});

/** What a serverless task runs in. */
export const ServerlessEnvironment = z.strictObject({
  client: z.string().optional(),
  environment_version: z.string().optional(),
  base_environment: z.string().optional(),
  dependencies: Texts.optional(),
  java_dependencies: Texts.optional(),
});

export const Library = z.strictObject({
  cran: z.strictObject({ package: z.string(), repo: z.string().optional() }).optional(),
  egg: z.string().optional(),
  jar: z.string().optional(),
  maven: z
    .strictObject({ coordinates: z.string(), exclusions: Texts.optional(), repo: z.string().optional() })
    .optional(),
  pypi: z.strictObject({ package: z.string(), repo: z.string().optional() }).optional(),
  requirements: z.string().optional(),
  whl: z.string().optional(),
});
