import type { ArtifactFolder } from './artifact-folder.ts';
import { artifactParts } from './artifact-path.ts';
import { download } from './artifact-routes.ts';
import { pathBelow } from './artifacts.ts';
import { type Answer, type Call, jsonAnswer } from './call.ts';
import type { Database } from './database.ts';
import { invalid } from './fault.ts';
import { versionByNumber } from './registry-rows.ts';
import { runById } from './run-rows.ts';

/** MLflow's own limit for files that its pages send; clients use the proxy, which has none. */
const maxUploadBytes = 10 << 20;

/** Files by run or by model version, as MLflow's pages and `requests` users fetch them. Undefined for another path. @throws Fault */
export async function answerFile(
  database: Database,
  artifacts: ArtifactFolder,
  { method, path, query }: Call,
): Promise<Answer | undefined> {
  if (method !== 'GET') return undefined;
  const file = query.get('path') ?? '';
  const given = (name: string) => query.get(name) ?? '';
  if (/\/model-versions\/get-artifact$/.test(path)) {
    artifactParts(file); // an unsafe path is refused whether or not the version is there
    const { storage_location, source } = versionByNumber(database, given('name'), given('version'));
    return download(artifacts, pathBelow(storage_location || (source ?? ''), file));
  }
  if (!/\/get-artifact$/.test(path)) return undefined;
  artifactParts(file);
  return download(artifacts, pathBelow(runUri(database, given('run_id') || given('run_uuid')), file));
}

/** Stores the body, 10 MB at most, as a file of a run. @throws Fault */
export async function answerUpload(
  database: Database,
  artifacts: ArtifactFolder,
  call: Call,
): Promise<Answer> {
  const run_id = call.query.get('run_uuid');
  const path = call.query.get('path');
  if (!run_id) throw invalid('Request must specify run_uuid.');
  if (!path) throw invalid('Request must specify path.');
  artifactParts(path);
  const content = await limitedBytes(call.bytes());
  if (content.length === 0) throw invalid('Request must specify data.');
  await artifacts.put(pathBelow(runUri(database, run_id), path), one(content));
  return jsonAnswer({});
}

const runUri = (database: Database, run_id: string): string => runById(database, run_id).artifact_uri;

async function limitedBytes(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxUploadBytes) throw invalid('Artifact size is too large. Max size is 10MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* one<Value>(value: Value): AsyncGenerator<Value> {
  yield value;
}
