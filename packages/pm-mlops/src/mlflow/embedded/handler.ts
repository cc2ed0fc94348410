import type { ArtifactFolder } from './artifact-folder.ts';
import { answerArtifactProxy } from './artifact-routes.ts';
import { ListModelArtifacts, ListRunArtifacts, listModelArtifacts, listRunArtifacts } from './artifacts.ts';
import { type Answer, type Call, faultAnswer, type Handler, jsonAnswer, plainAnswer } from './call.ts';
import type { Context } from './context.ts';
import { faultOf } from './fault.ts';
import { answerFile, answerUpload } from './file-routes.ts';
import { fromBody, fromQuery, parseRequest } from './parse-request.ts';
import { findRoute, type Match } from './router.ts';

/** The version whose API this is. */
const MLFLOW_VERSION = '3.17.2';

const serverInfo = {
  store_type: 'SqlStore',
  workspaces_enabled: false,
  trace_archival_enabled: false,
  multipart_uploads_enabled: false,
  multipart_downloads_enabled: false,
};

/** `/api/…` is for clients, `/ajax-api/…` the same for browsers; either may stand below a prefix. */
const apiPath = /\/(?:ajax-)?api\/(2\.0|3\.0)\/(mlflow|mlflow-artifacts)\/(.*)$/s;

/** Answers MLflow's REST API from a database and a folder of artifacts. */
export function createHandler(context: Context, artifacts: ArtifactFolder): Handler {
  return async (call) => {
    try {
      return (await answer(context, artifacts, call)) ?? unknownRoute(call);
    } catch (error) {
      return faultAnswer(faultOf(error));
    }
  };
}

async function answer(context: Context, artifacts: ArtifactFolder, call: Call): Promise<Answer | undefined> {
  const [, version, service, path] = apiPath.exec(call.path) ?? [];
  if (path === undefined) {
    const { database } = context;
    return plainRoute(call) ?? (await answerFile(database, artifacts, call));
  }
  if (path === 'upload-artifact' && call.method === 'POST') {
    return answerUpload(context.database, artifacts, call);
  }
  if (version === '3.0') {
    return call.method === 'GET' && path === 'server-info' ? jsonAnswer(serverInfo) : undefined;
  }
  if (service === 'mlflow-artifacts') return answerArtifactProxy(artifacts, call, path);
  return (
    (await answerFromDatabase(context, call, path)) ?? (await answerListing(context, artifacts, call, path))
  );
}

async function answerFromDatabase(context: Context, call: Call, path: string): Promise<Answer | undefined> {
  const match = findRoute(call.method, path);
  if (match === undefined) return undefined;
  const { route, parameters } = match;
  const body = hasBody(match) ? await call.text() : undefined;
  const fields = body === undefined ? fromQuery(call.query) : fromBody(call.contentType, body);
  const request = parseRequest(route.schema, { ...fields, ...parameters }, body);
  const { database } = context;
  const work = () => route.handle(context, request as never);
  return jsonAnswer(route.access === 'read' ? database.read(work) : database.write(work));
}

/** A DELETE has one too, unless its path names all that it needs. */
function hasBody({ route, parameters }: Match): boolean {
  return route.method !== 'GET' && !(route.method === 'DELETE' && Object.keys(parameters).length > 0);
}

/** Listings of artifacts need both the database and the folder. */
async function answerListing(
  context: Context,
  artifacts: ArtifactFolder,
  { method, query }: Call,
  path: string,
): Promise<Answer | undefined> {
  if (method !== 'GET') return undefined;
  if (path === 'artifacts/list') {
    return jsonAnswer(
      await listRunArtifacts(context, artifacts, parseRequest(ListRunArtifacts, fromQuery(query))),
    );
  }
  const [, model_id] = /^logged-models\/([^/]+)\/artifacts\/directories$/.exec(path) ?? [];
  if (model_id === undefined) return undefined;
  const request = parseRequest(ListModelArtifacts, { ...fromQuery(query), model_id });
  return jsonAnswer(await listModelArtifacts(context, artifacts, request));
}

function plainRoute({ method, path }: Call): Answer | undefined {
  if (method !== 'GET') return undefined;
  if (path.endsWith('/health')) return plainAnswer(200, 'OK');
  return path.endsWith('/version') ? plainAnswer(200, MLFLOW_VERSION) : undefined;
}

const unknownRoute = ({ method, path }: Call): Answer =>
  jsonAnswer(
    {
      error_code: 'ENDPOINT_NOT_FOUND',
      message: `${method} ${path} is no call of the embedded MLflow store.`,
    },
    404,
  );
