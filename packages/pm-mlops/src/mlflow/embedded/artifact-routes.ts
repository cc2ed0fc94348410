import type { ArtifactFolder } from './artifact-folder.ts';
import { entryJson } from './artifacts.ts';
import { type Answer, type Call, jsonAnswer } from './call.ts';
import { Fault, invalid } from './fault.ts';
import { listed } from './json.ts';

const uploads = 'artifacts/';

/**
 * The artifact proxy, below /api/2.0/mlflow-artifacts/: files are sent and taken as they stream. Undefined for no route.
 * @throws Fault
 */
export async function answerArtifactProxy(
  artifacts: ArtifactFolder,
  call: Call,
  path: string,
): Promise<Answer | undefined> {
  if (path === 'artifacts' && call.method === 'GET') return listing(artifacts, call.query.get('path') ?? '');
  if (path.startsWith(uploads)) return file(artifacts, call, path.slice(uploads.length));
  if (/^(mpu|presigned)\//.test(path)) {
    throw new Fault(
      'NOT_IMPLEMENTED',
      'Files are uploaded and downloaded whole: multipart transfer is not supported.',
    );
  }
  return undefined;
}

async function listing(artifacts: ArtifactFolder, folder: string): Promise<Answer> {
  const entries = await artifacts.list(folder);
  return jsonAnswer({ files: listed(entries.map((one) => entryJson(one))) });
}

async function file(artifacts: ArtifactFolder, call: Call, path: string): Promise<Answer | undefined> {
  switch (call.method) {
    case 'PUT':
      if (path === '' || path.endsWith('/'))
        throw invalid("Artifact path must include a filename (cannot end with '/').");
      await artifacts.put(path, call.bytes());
      return { status: 200, headers: {}, body: '' };
    case 'GET':
      return download(artifacts, path);
    case 'DELETE':
      await artifacts.remove(path);
      return jsonAnswer({});
    default:
      return undefined;
  }
}

/** A file as it streams. @throws Fault 404 */
export async function download(artifacts: ArtifactFolder, path: string): Promise<Answer> {
  const { size, bytes } = await artifacts.open(path);
  return { status: 200, headers: downloadHeaders(size), body: bytes };
}

/** A browser must save an artifact, not run it. */
const downloadHeaders = (size: number) => ({
  'content-type': 'application/octet-stream',
  'content-length': `${size}`,
  'content-disposition': 'attachment',
  'x-content-type-options': 'nosniff',
});
