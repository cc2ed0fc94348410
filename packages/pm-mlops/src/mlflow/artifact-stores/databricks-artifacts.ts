import { UserError } from 'pm-core';
import { z } from 'zod';
import { answerOf, type MlflowClient } from '../client.ts';

/** What Databricks says about one transfer: it holds a secret, so no message ever shows the URL. */
export interface SignedUrl {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: 'AWS_PRESIGNED_URL' | 'GCP_SIGNED_URL' | 'AZURE_SAS_URI' | 'AZURE_ADLS_GEN2_SAS_URI';
}

export interface ListedPage {
  readonly files?: readonly { path?: string; is_dir?: boolean; file_size?: number | string }[];
  readonly next_page_token?: string;
}

/** The artifacts of a run or a logged model on Databricks. Paths are relative to the root of that run or model. */
export interface DatabricksArtifacts {
  /** Of this folder below that root: empty, or with `/` at its end. */
  readonly below: string;
  sign(purpose: 'read' | 'write', path: string): Promise<SignedUrl>;
  list(path: string, pageToken: string | undefined): Promise<ListedPage>;
}

const form =
  /^dbfs:\/databricks\/mlflow-tracking\/[^/]+\/(?:logged_models\/(?<model>[^/]+)|(?<run>[^/]+))\/artifacts(?:\/(?<below>[^?#]*))?$/;

const Credential = z.object({
  signed_uri: z.string().min(1),
  type: z.enum(['AWS_PRESIGNED_URL', 'GCP_SIGNED_URL', 'AZURE_SAS_URI', 'AZURE_ADLS_GEN2_SAS_URI']),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});
const RunCredentials = z.object({ credential_infos: z.array(Credential).length(1) });
const ModelCredentials = z.object({
  credentials: z.array(z.object({ credential_info: Credential })).length(1),
});

/**
 * Reads `dbfs:/databricks/mlflow-tracking/EXPERIMENT/RUN/artifacts/path` or `…/logged_models/MODEL/artifacts/path`.
 * @throws UserError `bad-artifact-uri`
 */
export function databricksPlace(client: MlflowClient, uri: string): DatabricksArtifacts {
  const { model, run, below = '' } = form.exec(uri)?.groups ?? {};
  const inside = below.replace(/\/+$/, '');
  const place = { below: inside === '' ? '' : `${inside}/` };
  if (model !== undefined) return { ...place, ...ofModel(client, model) };
  if (run !== undefined) return { ...place, ...ofRun(client, run) };
  throw new UserError(
    'bad-artifact-uri',
    `${uri} is not the artifact folder of a run or model on Databricks.`,
  );
}

function ofRun(client: MlflowClient, runId: string): Omit<DatabricksArtifacts, 'below'> {
  return {
    sign: async (purpose, path) => {
      const route = `/api/2.0/mlflow/artifacts/credentials-for-${purpose}`;
      const answer = await post(client, route, { run_id: runId, path: [path] });
      return signedUrl(RunCredentials.parse(answer).credential_infos[0]!);
    },
    list: (path, pageToken) => {
      const query = { run_id: runId, path, ...(pageToken !== undefined && { page_token: pageToken }) };
      return answerOf(client.api.GET('/api/2.0/mlflow/artifacts/list', { params: { query } }));
    },
  };
}

function ofModel(client: MlflowClient, modelId: string): Omit<DatabricksArtifacts, 'below'> {
  return {
    sign: async (purpose, path) => {
      const action = purpose === 'read' ? 'download' : 'upload';
      const route = `/api/2.0/mlflow/logged-models/${modelId}/artifacts/credentials-for-${action}`;
      const answer = await post(client, route, { paths: [path] });
      return signedUrl(ModelCredentials.parse(answer).credentials[0]!.credential_info);
    },
    list: (path, pageToken) => {
      const query = {
        artifact_directory_path: path,
        ...(pageToken !== undefined && { page_token: pageToken }),
      };
      const params = { path: { model_id: modelId }, query };
      return answerOf(
        client.api.GET('/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories', { params }),
      );
    },
  };
}

/** Only Databricks has these endpoints, so MLflow's own descriptors don't know them. */
async function post(client: MlflowClient, route: string, body: object): Promise<unknown> {
  const call = client.api.POST as unknown as (
    route: string,
    init: { body: object },
  ) => Promise<{ data?: unknown }>;
  return (await call(route, { body })).data;
}

function signedUrl({ signed_uri, type, headers }: z.infer<typeof Credential>): SignedUrl {
  return {
    url: signed_uri,
    kind: type,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
  };
}
